import { describe, expect, test } from "vitest";
import { type Command, Registry } from "./commands.ts";
import { isSingle, keysOf, keyText, mayRun } from "./keys.ts";

const approve: Command = { id: "approve", title: "Approve", section: "Approvals", keys: ["a"], run() {} };
const palette: Command = {
  id: "palette",
  title: "Find",
  section: "Window",
  keys: ["$mod+k"],
  everywhere: true,
  run() {},
};
const ours = { keys: {}, singleKeys: true };

describe("a person's own keys", () => {
  test("replace ours", () => {
    expect(keysOf(approve, { ...ours, keys: { approve: "y" } })).toEqual(["y"]);
  });
  test("can be none", () => {
    expect(keysOf(approve, { ...ours, keys: { approve: null } })).toEqual([]);
  });
  test("single keys go off as a whole, keys with a modifier stay", () => {
    expect(keysOf(approve, { ...ours, singleKeys: false })).toEqual([]);
    expect(keysOf(palette, { ...ours, singleKeys: false })).toEqual(["$mod+k"]);
    expect(isSingle("g t")).toBe(true);
    expect(isSingle("Shift+U")).toBe(true);
  });
});

describe("a press", () => {
  const press = { repeat: false, isComposing: false };
  const free = { text: false, overlay: false };
  test("held down decides once", () => {
    expect(mayRun(approve, { ...press, repeat: true }, free)).toBe(false);
    expect(mayRun({ ...approve, repeat: true }, { ...press, repeat: true }, free)).toBe(true);
  });
  test("is dead in text, in overlays and while composing", () => {
    expect(mayRun(approve, press, { ...free, text: true })).toBe(false);
    expect(mayRun(approve, press, { ...free, overlay: true })).toBe(false);
    expect(mayRun(palette, { ...press, isComposing: true }, free)).toBe(false);
    expect(mayRun(palette, press, { text: true, overlay: true })).toBe(true);
  });
});

test("a page's own key wins over the window's while the page is there", () => {
  const registry = new Registry();
  // Effects run from the inside out, so on the first paint the page is there before the window.
  registry.put("page", [approve]);
  registry.put("window", [{ ...approve, id: "window.a" }], "window");
  const at = () => registry.at("a", (command) => keysOf(command, ours))?.id;
  expect(at()).toBe("approve");
  registry.drop("page");
  expect(at()).toBe("window.a");
});

test("keys are written as they stand on the keyboard", () => {
  expect(keyText("$mod+k", false)).toBe("Ctrl K");
  expect(keyText("$mod+Shift+Period", true)).toBe("⌘ Shift .");
  expect(keyText("g t", false)).toBe("g t");
  expect(keyText("[Shift]+?", false)).toBe("?");
  expect(keyText("ArrowDown", false)).toBe("↓");
});
