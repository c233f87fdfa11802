import { expect, test } from "vitest";
import { splitAddress } from "./address.ts";

test.each([
  ["#/customers?q=ana%20ruiz", "/customers", "q=ana%20ruiz"],
  ["#/approvals/waiting/12", "/approvals/waiting/12", ""],
  ["/customers?q=a?b", "/customers", "q=a?b"],
  ["", "/", ""],
  ["#", "/", ""],
])("%s is split into path and query", (hash, path, query) => {
  expect(splitAddress(hash)).toEqual({ path, query });
});
