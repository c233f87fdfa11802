import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

function roles(theme: 0 | 1): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name, light, dark] of css.matchAll(
    /--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g,
  )) {
    found.set(name as string, (theme === 0 ? light : dark) as string);
  }
  return found;
}

/** Relative luminance of WCAG 2.2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const grounds = ["canvas", "surface", "selected"];

describe.each([
  ["light", 0],
  ["dark", 1],
] as const)("contrast in the %s theme", (_name, theme) => {
  const role = roles(theme);
  const colour = (name: string) => role.get(name) ?? expect.fail(`tokens.css has no role ${name}`);
  const worst = (ink: string, on: string[]) =>
    Math.min(...on.map((ground) => contrast(colour(ink), colour(ground))));

  test.each([
    ["text", [...grounds, "raised"]],
    ["muted", [...grounds, "raised"]],
    ["faint", [...grounds, "raised"]],
    ["accent", [...grounds, "raised"]],
    ["on-accent", ["accent"]],
    ["held", [...grounds, "held-tint"]],
    ["done", [...grounds, "done-tint"]],
    ["failed", [...grounds, "failed-tint"]],
    ["unknown", [...grounds, "unknown-tint"]],
    ["text", ["held-tint", "done-tint", "failed-tint", "unknown-tint"]],
    ["muted", ["held-tint"]],
    ["series-1", ["surface"]],
    ["series-2", ["surface"]],
    ["series-3", ["surface"]],
    ["series-4", ["surface"]],
    ["series-5", ["surface"]],
  ])("%s is readable on %s", (ink, on) => {
    expect(worst(ink, on)).toBeGreaterThanOrEqual(4.5);
  });

  test("a control's edge can be seen", () => {
    expect(worst("edge", ["canvas", "surface"])).toBeGreaterThanOrEqual(3);
  });
});
