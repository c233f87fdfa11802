import { describe, expect, test } from "vitest";
import * as w from "./grid-window.ts";

const short = { count: 100, rowHeight: 40, viewHeight: 400 };
const million = { count: 1_000_000, rowHeight: 40, viewHeight: 800 };

describe("a short list", () => {
  test("scrolls as it is", () => {
    expect(w.boxHeight(short)).toBe(4000);
    expect(w.offsetAt(short, 1234)).toBe(1234);
    expect(w.thumbAt(short, 1234)).toBe(1234);
  });
  test("draws what is in view and a little more", () => {
    expect(w.rowsAt(short, 400, 2)).toEqual({ first: 8, end: 22 });
    expect(w.rowsAt(short, 0, 2)).toEqual({ first: 0, end: 12 });
    expect(w.rowsAt({ ...short, count: 0 }, 0)).toEqual({ first: 0, end: 0 });
  });
  test("reveals by the least movement", () => {
    expect(w.reveal(short, 400, 12)).toBe(400);
    expect(w.reveal(short, 400, 9)).toBe(360);
    expect(w.reveal(short, 400, 20)).toBe(440);
  });
});

describe("a million rows", () => {
  test("stay under the height a browser can lay out", () => {
    expect(w.boxHeight(million)).toBe(w.TALLEST);
  });
  test("the thumb's ends are the list's ends", () => {
    expect(w.offsetAt(million, 0)).toBe(0);
    expect(w.offsetAt(million, w.TALLEST - 800)).toBe(40_000_000 - 800);
    expect(w.rowsAt(million, w.lastOffset(million)).end).toBe(1_000_000);
  });
  test("thumb and offset agree in both directions", () => {
    for (const offset of [0, 40, 123_456, 39_000_000]) {
      expect(w.offsetAt(million, w.thumbAt(million, offset))).toBeCloseTo(offset, 3);
    }
  });
});
