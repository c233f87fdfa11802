import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import type { CustomerRow, Timeline, TimelineFilter } from "../../generated/commands.ts";
import { call, useRead } from "../../shared/host/client.ts";
import { type ProblemError, useHost } from "../../shared/host/index.ts";

const WINDOW = 100;

/** The rows of a search that are near the view, whatever the length of the whole. */
export function useCustomers(text: string, first: number, end: number) {
  const host = useHost();
  const head = useRead("customers_search", { text, offset: 0, limit: WINDOW }, { keep: true });
  const pages: number[] = [];
  for (let page = Math.floor(first / WINDOW); page * WINDOW < end; page++) if (page > 0) pages.push(page);
  const windows = useQueries({
    queries: pages.map((page) => {
      const request = { text, offset: page * WINDOW, limit: WINDOW };
      return {
        queryKey: ["customers_search", request] as const,
        queryFn: () => call(host, "customers_search", request),
        enabled: !head.isPlaceholderData,
      };
    }),
  });
  const rowAt = (at: number): CustomerRow | undefined => {
    const page = Math.floor(at / WINDOW);
    const data = page === 0 ? head.data : windows[pages.indexOf(page)]?.data;
    return data?.rows[at - page * WINDOW];
  };
  return { head, rowAt };
}

export const useCustomer = (id: number) => useRead("customers_show", { id });

/** The timeline of one customer, read stretch by stretch, newest first. */
export function useTimeline(id: number, filter: TimelineFilter | undefined) {
  const host = useHost();
  const request = { id, only: filter ? [filter] : [], limit: 100 };
  return useInfiniteQuery<Timeline, ProblemError, Timeline["events"], readonly unknown[], string | null>({
    queryKey: ["timeline", request],
    queryFn: ({ pageParam }) => call(host, "timeline", { ...request, after: pageParam }),
    initialPageParam: null,
    getNextPageParam: (last) => last.next,
    select: (data) => data.pages.flatMap((page) => page.events),
  });
}
