import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ProblemError } from "../host/index.ts";
import { Failed, Loading } from "./notice.tsx";

interface Props<Data> {
  query: Pick<UseQueryResult<Data, ProblemError>, "data" | "error" | "refetch">;
  children: (data: Data) => ReactNode;
  /** The shape of what is coming. */
  loading?: ReactNode;
  compact?: boolean;
}

/**
 * What a read came to: its data, the wait for it, or what went wrong.
 *
 * Data that were there stay readable when reading them again fails, with the problem above them. A
 * core that cannot be reached is said once for the whole window, not here.
 */
export function Answer<Data>({ query, children, loading = <Loading />, compact = false }: Props<Data>) {
  const { data, error, refetch } = query;
  const failed = error && (
    <Failed compact={compact || data !== undefined} problem={error.problem} onRetry={() => void refetch()} />
  );
  if (data === undefined) return failed ?? loading;
  return (
    <>
      {error?.problem.code !== "unreachable" && failed}
      {children(data)}
    </>
  );
}
