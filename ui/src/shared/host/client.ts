import {
  keepPreviousData,
  type Query,
  QueryClient,
  type UseQueryResult,
  useIsMutating,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type Commands, commands, type Topic } from "../../generated/commands.ts";
import { setPresent } from "../lib/now.ts";
import { type Host, type ProblemError, useHost } from "./index.ts";

export type CommandName = keyof Commands;
export type Request<Name extends CommandName> = Commands[Name]["request"];
export type Response<Name extends CommandName> = Commands[Name]["response"];

/** A read's place in the query cache: its name and what was asked. */
export type ReadKey<Name extends CommandName = CommandName> = readonly [Name, Request<Name>];

/** Calls one command of the core. */
export async function call<Name extends CommandName>(
  host: Host,
  name: Name,
  request: Request<Name>,
): Promise<Response<Name>> {
  const answer = (await host.call(name, request)) as Response<Name>;
  if (typeof answer === "object" && answer !== null && "now" in answer && typeof answer.now === "string") {
    setPresent(answer.now);
  }
  return answer;
}

/** Makes the cache of what the core said. Nothing in it grows old by itself: the core says what changed. */
export function makeCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always",
        retry: false,
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}

interface ReadOptions {
  enabled?: boolean;
  /** Goes on showing the answer to the last question while the next one is read. */
  keep?: boolean;
}

/** Reads something from the core and keeps it up to date. */
export function useRead<Name extends CommandName>(
  name: Name,
  request: Request<Name>,
  { enabled = true, keep = false }: ReadOptions = {},
): UseQueryResult<Response<Name>, ProblemError> {
  const host = useHost();
  return useQuery<Response<Name>, ProblemError>({
    queryKey: [name, request],
    queryFn: () => call(host, name, request),
    enabled,
    ...(keep ? { placeholderData: keepPreviousData as never } : {}),
  });
}

interface WriteOptions {
  /** The core hears them one after another, in the order in which a person made them: the last one counts. */
  inOrder?: boolean;
}

/** Changes something in the core; what that makes stale is read again. */
export function useWrite<Name extends CommandName>(name: Name, { inOrder = false }: WriteOptions = {}) {
  const host = useHost();
  const cache = useQueryClient();
  return useMutation<Response<Name>, ProblemError, Request<Name>>({
    mutationKey: [name],
    mutationFn: (request) => call(host, name, request),
    ...(inOrder ? { scope: { id: name } } : {}),
    onSettled: () => {
      void makeStale(cache, commands[name].topics);
    },
  });
}

/** Tells whether such a write is on its way, whoever asked for it: what asked may have gone and come back. */
export function useUnderWay<Name extends CommandName>(
  name: Name,
  about: (request: Request<Name>) => boolean,
): boolean {
  const filter = {
    mutationKey: [name],
    predicate: ({ state }: { state: { variables?: unknown } }) => about(state.variables as Request<Name>),
  };
  return useIsMutating(filter) > 0;
}

/** Tells whether a read shows any of these topics. */
export function shows(query: Pick<Query, "queryKey">, topics: readonly Topic[]): boolean {
  const name = query.queryKey[0] as CommandName;
  const shown: readonly Topic[] = commands[name]?.topics ?? [];
  return shown.some((topic) => topics.includes(topic));
}

/**
 * Reads again what is on screen about these topics; what is not, when it is next shown.
 *
 * A read that is under way may have been answered before the change. It is let finish, or steady
 * change would keep it from ever finishing, and then made once more.
 */
export async function makeStale(cache: QueryClient, topics: readonly Topic[]): Promise<void> {
  const concerned = (query: Query) => shows(query, topics);
  const underWay = new Set(cache.getQueryCache().findAll({ predicate: concerned, fetchStatus: "fetching" }));
  await cache.invalidateQueries({ predicate: concerned }, { cancelRefetch: false });
  if (underWay.size === 0) return;
  await cache.invalidateQueries({ predicate: (query) => underWay.has(query) }, { cancelRefetch: false });
}

const TOPICS = new Set<unknown>(Object.values(commands).flatMap((command) => [...command.topics]));

/** Reads the topics out of a change that the core announced; what is not known is left out. */
export function topicsOf(change: unknown): Topic[] {
  const topics = (change as { topics?: unknown } | null)?.topics;
  return Array.isArray(topics) ? topics.filter((topic): topic is Topic => TOPICS.has(topic)) : [];
}
