import { expect, test } from "vitest";
import { freeze, keepPlace, notice } from "./frozen.ts";

test("new items wait and move nothing", () => {
  expect(notice(freeze([3, 1, 2]), [9, 3, 1, 2])).toEqual({ order: [3, 1, 2], fresh: [9] });
});

test("a row that the core no longer lists stays in place", () => {
  expect(notice(freeze([3, 1, 2]), [3, 2])).toEqual({ order: [3, 1, 2], fresh: [] });
});

test("taking in new items keeps my row, or the nearest place", () => {
  expect(keepPlace([9, 3, 1, 2], 1, 1)).toBe(2);
  expect(keepPlace([9, 3], 1, 5)).toBe(1);
  expect(keepPlace([], 1, 5)).toBe(0);
});
