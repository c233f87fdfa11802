import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import {
  type Connect,
  type Connection,
  type ConnectionShare,
  commands,
  type Limits,
} from "../../generated/commands.ts";
import { call, makeStale, type ReadKey, useRead, useUnderWay, useWrite } from "../../shared/host/client.ts";
import { type ProblemError, useHost } from "../../shared/host/index.ts";

export const useConnections = () => useRead("connections", {});
export const usePlatforms = () => useRead("platforms", {});
export const useSetAside = (enabled: boolean) => useRead("set_aside_list", {}, { enabled });
export const useSetAsideRetry = () => useWrite("set_aside_retry");
export const useSyncNow = () => useWrite("connections_sync");
export const useProve = () => useWrite("connections_prove");
/** Whether a proof of this account is under way; one of a large account takes minutes. */
export const useProving = (connection: number) =>
  useUnderWay("connections_prove", ({ id }) => id === connection);

/** Sets a share; what is on screen changes at once, and back if the core refuses. The last one counts. */
export function useShare() {
  const host = useHost();
  const cache = useQueryClient();
  const key: ReadKey<"connections"> = ["connections", {}];
  const name = "connections_share";
  return useMutation<Connection, ProblemError, ConnectionShare, Connection[] | undefined>({
    mutationKey: [name],
    scope: { id: name },
    mutationFn: (request) => call(host, name, request),
    onMutate: async ({ id, share }) => {
      await cache.cancelQueries({ queryKey: key });
      const before = cache.getQueryData<Connection[]>(key);
      cache.setQueryData<Connection[]>(key, (list) =>
        list?.map((one) => (one.id === id ? { ...one, share } : one)),
      );
      return before;
    },
    onError: (_, __, before) => cache.setQueryData(key, before),
    // While another waits for its turn, the list is behind what a person has set.
    onSettled: () =>
      cache.isMutating({ mutationKey: [name] }) > 1 ? undefined : makeStale(cache, commands[name].topics),
  });
}

export const useRemove = () => useWrite("connections_remove");

/** Removes all accounts of the practice store, one after another; with the last one practice ends. */
export function useEndPractice() {
  const host = useHost();
  const cache = useQueryClient();
  return useMutation<void, ProblemError, readonly number[]>({
    mutationFn: async (ids) => {
      for (const id of ids) await call(host, "connections_remove", { id });
    },
    onSettled: () => makeStale(cache, commands.connections_remove.topics),
  });
}

export const useWorkflows = () => useRead("workflows", {});
export const useWorkflowMode = () => useWrite("workflows_mode", { inOrder: true });
export const useCorePreferences = () => useRead("preferences", {});
export const useSetPreferences = () => useWrite("preferences_set", { inOrder: true });
export const useLimits = () => useRead("limits", {});

/** Saves the guardrails; what holds then is on screen with the answer. */
export function useSetLimits() {
  const cache = useQueryClient();
  const write = useWrite("limits_set", { inOrder: true });
  const save = (limits: Limits, then?: () => void) =>
    write.mutate(limits, {
      onSuccess: (known) => {
        const key: ReadKey<"limits"> = ["limits", {}];
        cache.setQueryData(key, known);
        then?.();
      },
    });
  return { write, save };
}

export const useAuditCheck = () => useWrite("audit_check");

/**
 * Tests or adds an account.
 *
 * Not through the cache: it would keep what was asked, and here that holds credentials.
 */
export function useConnect() {
  const host = useHost();
  const cache = useQueryClient();
  const test = useCallback((request: Connect) => call(host, "connections_test", request), [host]);
  const add = useCallback(
    async (request: Connect) => {
      const connection = await call(host, "connections_add", request);
      await makeStale(cache, commands.connections_add.topics);
      return connection;
    },
    [host, cache],
  );
  return { test, add };
}
