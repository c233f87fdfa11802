import type { Commands } from "../../src/generated/commands.ts";
import { accounts } from "./answers/accounts.ts";
import { approvals } from "./answers/approvals.ts";
import { customers } from "./answers/customers.ts";
import { shop } from "./answers/shop.ts";
import type { FakeCore } from "./core.ts";

/** An answer to every command there is. */
export type Answers = {
  [Name in keyof Commands]: (
    request: Commands[Name]["request"],
  ) => Commands[Name]["response"] | Promise<Commands[Name]["response"]>;
};

/** How this core answers; a command that is missing does not compile. */
export function answers(core: FakeCore): Answers {
  return { ...shop(core), ...accounts(core), ...approvals(core), ...customers(core) };
}
