import { expect, test } from "vitest";
import { eventIdOf, idOf, textOf } from "./url.ts";

test("an id in an address is a whole number or nothing", () => {
  expect(idOf("42")).toBe(42);
  for (const wrong of [undefined, "", "4.2", "-1", "1e3", "0x10", "99999999999999999999", "abc"]) {
    expect(idOf(wrong)).toBeUndefined();
  }
});

test("an event of our own has a negative id", () => {
  expect(eventIdOf("-790")).toBe(-790);
  expect(eventIdOf("963584")).toBe(963_584);
  for (const wrong of [undefined, "", "-", "--1", "4.2", "99999999999999999999"]) {
    expect(eventIdOf(wrong)).toBeUndefined();
  }
});

test("a text in an address has an end", () => {
  expect(textOf("ana ruiz")).toBe("ana ruiz");
  expect(textOf(null)).toBe("");
  expect(textOf("a".repeat(10_000))).toBe("");
});
