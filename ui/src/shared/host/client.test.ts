import { QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { makeCache, makeStale, shows, topicsOf } from "./client.ts";

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

test("a read that was under way when something changed is made again, once", async () => {
  const cache = makeCache();
  const answers: ((text: string) => void)[] = [];
  const read = new QueryObserver(cache, {
    queryKey: ["today", {}],
    queryFn: () => new Promise<string>((answer) => answers.push(answer)),
  });
  const stop = read.subscribe(() => {});
  const first = makeStale(cache, ["approvals"]);
  const second = makeStale(cache, ["alerts"]);
  expect(answers).toHaveLength(1);
  answers[0]?.("as of before the change");
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.("as of after it");
  await Promise.all([first, second]);
  expect(answers).toHaveLength(2);
  expect(read.getCurrentResult().data).toBe("as of after it");
  stop();
});
