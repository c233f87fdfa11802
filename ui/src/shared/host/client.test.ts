import { expect, test } from "vitest";
import { mayCall, shows, topicsOf } from "./client.ts";

test("a change makes stale what shows it, and nothing else", () => {
  expect(shows({ queryKey: ["approvals_list", {}] }, ["approvals"])).toBe(true);
  expect(shows({ queryKey: ["customers_search", {}] }, ["approvals"])).toBe(false);
  expect(shows({ queryKey: ["platforms", {}] }, ["approvals", "settings"])).toBe(false);
});

test("a change from a newer core is read as far as it is known", () => {
  expect(topicsOf({ topics: ["approvals", "weather"] })).toEqual(["approvals"]);
  expect(topicsOf("hello")).toEqual([]);
  expect(topicsOf(null)).toEqual([]);
});

test("a role may do what its rank allows", () => {
  expect(mayCall("agent", "connections_add")).toBe(false);
  expect(mayCall("owner", "connections_add")).toBe(true);
  expect(mayCall(undefined, "connections_add")).toBe(true);
});
