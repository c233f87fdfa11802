import { expect, test } from "vitest";
import { idOf, textOf } from "./url.ts";

test("an id in an address is a whole number or nothing", () => {
  expect(idOf("42")).toBe(42);
  for (const wrong of [undefined, "", "4.2", "-1", "1e3", "0x10", "99999999999999999999", "abc"]) {
    expect(idOf(wrong)).toBeUndefined();
  }
});

test("a text in an address has an end", () => {
  expect(textOf("ana ruiz")).toBe("ana ruiz");
  expect(textOf(null)).toBe("");
  expect(textOf("a".repeat(10_000))).toBe("");
});
