import type { Code } from "../../src/generated/commands.ts";

/** What the core refuses, in its own words. */
export class Refusal extends Error {
  readonly code: Code;
  readonly hint: string | null;

  constructor(code: Code, message: string, hint: string | null = null) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
