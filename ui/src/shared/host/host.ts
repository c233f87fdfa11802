/** What went wrong, as the core says it to a store owner. */
export interface Problem {
  /** Stable name; a front end may act on it, never on the text. */
  code: string;
  /** What happened, and what it means for data or money. */
  message: string;
  /** What to do next. */
  hint?: string | null | undefined;
  /** Seconds after which trying again makes sense. */
  retry_after?: number | null | undefined;
}

/** A {@link Problem} on its way up the stack. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** Reads any failure as a {@link Problem}; what has no words of its own gets plain ones. */
export function toProblem(failure: unknown): Problem {
  if (failure instanceof ProblemError) return failure.problem;
  if (isProblem(failure)) return failure;
  const detail = failure instanceof Error ? failure.message : String(failure);
  return {
    code: "unexpected",
    message: "Fermata could not finish this. Nothing was sent because of it.",
    hint: detail,
  };
}

export function isProblem(value: unknown): value is Problem {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Problem).code === "string" &&
    typeof (value as Problem).message === "string"
  );
}

/** Whether the core can be reached right now. */
export type Reach = "reached" | "lost" | "signed_out";

/** The only door to the core; one implementation per way of running it. */
export interface Host {
  /** `desktop` has the core in the same process; `server` reaches it over HTTP. */
  readonly kind: "desktop" | "server";

  /**
   * Sends one command and returns its answer.
   *
   * Rejects with {@link ProblemError} only.
   */
  call(command: string, request: unknown): Promise<unknown>;

  /** Calls `onChange` with each change the core announces, until the returned function is called. */
  listen(onChange: (change: unknown) => void, onReach: (reach: Reach) => void): () => void;
}
