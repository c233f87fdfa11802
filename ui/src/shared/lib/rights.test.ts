import { expect, test } from "vitest";
import { mayCall, whyNot } from "./rights.ts";

test("a role may do what its rank allows", () => {
  expect(mayCall("agent", "connections_add")).toBe(false);
  expect(mayCall("owner", "connections_add")).toBe(true);
  expect(mayCall("viewer", "status")).toBe(true);
});

test("whose right it is is said by the command's own role", () => {
  expect(whyNot("agent", "connections_add")).toBe("Only an owner may do this.");
  expect(whyNot("viewer", "connections_sync")).toBe("Only an agent or above may do this.");
  expect(whyNot("agent", "set_aside_retry")).toBe("Only an operator or above may do this.");
  expect(whyNot("agent", "connections_sync")).toBeUndefined();
});
