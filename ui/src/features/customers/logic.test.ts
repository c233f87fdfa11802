import { describe, expect, test } from "vitest";
import type { TimelineEvent } from "../../generated/commands.ts";
import { filterOf, lateness, lines, listeningSince, nextFilter } from "./logic.ts";

function event(id: number, kind: TimelineEvent["kind"], at: string): TimelineEvent {
  return {
    id,
    kind,
    at,
    learned_at: at,
    source: "Klaviyo",
    title: "",
    detail: null,
    amount: null,
    record: null,
    proposal: null,
  };
}

const day = (at: string) => at.slice(0, 10);

describe("the timeline", () => {
  const opens = [
    event(5, "mail.opened", "2026-11-14T12:00:00Z"),
    event(4, "mail.opened", "2026-11-14T11:00:00Z"),
    event(3, "mail.opened", "2026-11-13T11:00:00Z"),
    event(2, "order.placed", "2026-11-13T10:00:00Z"),
    event(1, "order.placed", "2026-11-13T09:00:00Z"),
  ];

  test("folds runs of little things within a day, and never an order", () => {
    const found = lines(opens, day, new Set());
    expect(found.map((line) => [line.event.id, line.folded.length, line.opensDay])).toEqual([
      [5, 1, true],
      [3, 0, true],
      [2, 0, false],
      [1, 0, false],
    ]);
  });

  test("shows an unfolded run whole", () => {
    expect(lines(opens, day, new Set([5])).map((line) => line.event.id)).toEqual([5, 4, 3, 2, 1]);
  });
});

test("a late arrival is said, a history that was read later is not", () => {
  const since = listeningSince([
    { learned_at: "2026-11-10T00:00:00Z" },
    { learned_at: "2026-11-12T00:00:00Z" },
  ]);
  expect(lateness({ at: "2026-01-01T00:00:00Z", learned_at: "2026-11-10T00:00:00Z" }, since)).toBeUndefined();
  expect(lateness({ at: "2026-11-11T00:00:00Z", learned_at: "2026-11-13T00:00:00Z" }, since)).toBe(
    2 * 86_400_000,
  );
  expect(lateness({ at: "2026-11-11T00:00:00Z", learned_at: "2026-11-11T00:20:00Z" }, since)).toBeUndefined();
});

test("filters go round", () => {
  expect(nextFilter(undefined)).toBe("orders");
  expect(nextFilter("ours")).toBeUndefined();
  expect(filterOf("parcels")).toBe("parcels");
  expect(filterOf("weather")).toBeUndefined();
});
