import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import {
  type Connect,
  type ConnectionSignIn,
  commands,
  type SignInBegin,
  type SignInBegun,
  type Tested,
} from "../../generated/commands.ts";
import { call, makeStale } from "../../shared/host/client.ts";
import { type Problem, toProblem, useHost } from "../../shared/host/index.ts";

/** What an approval is asked for with. */
export type Question = Omit<SignInBegin, "open">;

/** Where a sign-in by the browser stands. */
export type SignInState =
  | { is: "idle" }
  | { is: "opening" }
  | { is: "waiting"; begun: SignInBegun }
  | { is: "failed"; problem: Problem };

/**
 * Signs in by the browser, one at a time; what is under way is cancelled when the form goes away.
 * What was approved is handed on as the account that it was asked for, whatever was typed since.
 *
 * Not through the cache: it would keep what was asked, and here that holds credentials.
 */
export function useBrowserSignIn(onApproved: (request: Connect, tested: Tested) => void) {
  const host = useHost();
  const [state, setState] = useState<SignInState>({ is: "idle" });
  /** Counts what was begun and cancelled: an answer to an earlier one comes too late. */
  const turn = useRef(0);
  const pending = useRef<string>(undefined);
  const done = useRef(onApproved);
  done.current = onApproved;

  const end = useCallback(
    (id: string | null | undefined) => {
      // It ends by itself if this does not arrive.
      if (id) call(host, "sign_in_cancel", { id }).catch(() => undefined);
    },
    [host],
  );
  const cancel = useCallback(() => {
    turn.current += 1;
    end(pending.current);
    pending.current = undefined;
    setState({ is: "idle" });
  }, [end]);
  useEffect(() => cancel, [cancel]);

  const begin = useCallback(
    async (question: Question) => {
      turn.current += 1;
      const ours = turn.current;
      const desktop = host.kind === "desktop";
      setState({ is: "opening" });
      try {
        const begun = await call(host, "sign_in_begin", { ...question, open: desktop });
        if (ours !== turn.current) {
          end(begun.id);
          return;
        }
        // In a browser the page can open another by itself; in the window the core does.
        if (!desktop) window.open(begun.page, "_blank", "noopener,noreferrer");
        if (begun.id === null) {
          setState({ is: "idle" });
          return;
        }
        pending.current = begun.id;
        setState({ is: "waiting", begun });
        const tested = await call(host, "sign_in_await", { id: begun.id });
        if (ours !== turn.current) return;
        pending.current = undefined;
        setState({ is: "idle" });
        const { platform, base_url } = question;
        done.current({ platform, base_url, credentials: {}, approval: begun.id }, tested);
      } catch (failure) {
        if (ours !== turn.current) return;
        pending.current = undefined;
        setState({ is: "failed", problem: toProblem(failure) });
      }
    },
    [host, end],
  );
  return { state, begin, cancel };
}

/** Signs an account in again; the account stays the same. */
export function useSignInAgain() {
  const host = useHost();
  const cache = useQueryClient();
  return useCallback(
    async (request: ConnectionSignIn) => {
      const connection = await call(host, "connections_sign_in", request);
      await makeStale(cache, commands.connections_sign_in.topics);
      return connection;
    },
    [host, cache],
  );
}
