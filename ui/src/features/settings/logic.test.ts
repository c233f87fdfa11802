import { describe, expect, test } from "vitest";
import type { Tested } from "../../generated/commands.ts";
import * as l from "./logic.ts";

const stream = {
  stream: "orders",
  landed: 41200,
  total: 58000,
  complete: false,
  last_success: null,
  reading: true,
  seconds_left: 720,
  absent: null,
} as const;

test("progress is real: a known total with the time left, else a count", () => {
  expect(l.progressOf(stream, "en-GB")).toBe("41,200 of about 58,000 · 12 min left at the platform's limit");
  expect(l.progressOf({ ...stream, total: null, seconds_left: null }, "en-GB")).toBe("41,200 so far");
});

test("a kind of record that the account does not have says so, and does not wait", () => {
  const none = { ...stream, landed: 0, reading: false };
  expect(l.stateOf(none)).toBe("Not read yet");
  expect(l.stateOf(stream)).toBe("Reading history");
  expect(l.stateOf({ ...stream, complete: true })).toBe("Whole history");
  expect(l.stateOf({ ...none, absent: "This store has no such part." })).toBe("This store has no such part.");
});

test("a line of an account says what it does now, what is left, and how far it lies behind", () => {
  const done = { ...stream, complete: true, reading: false };
  expect(l.doingOf({ streams: [done, stream], health: "backfilling" }, "en-GB")).toBe(
    "Orders 41,200 of about 58,000",
  );
  expect(l.doingOf({ streams: [{ ...done, reading: true }], health: "live" })).toBe("reads Orders");
  expect(l.doingOf({ streams: [done], health: "live" })).toBe("waits for its turn");
  expect(l.doingOf({ streams: [done], health: "broken" })).toBe("–");
  expect(l.leftOf({ quota_used: 62 }, "en-GB")).toBe("38%");
  expect(l.leftOf({ quota_used: null })).toBe("–");
  expect([null, 20, 300].map((lag_seconds) => l.lagOf({ lag_seconds }))).toEqual(["–", "in step", "5 min"]);
  const healths = (["live", "broken", "live"] as const).map((health) => ({ health }));
  expect(l.healthCounts(healths)).toEqual([
    ["broken", 1],
    ["live", 2],
  ]);
  expect(l.sharesWith(50)).toEqual([10, 25, 50, 75, 100]);
  expect(l.sharesWith(35)).toContain(35);
});

test("what a proof found is said in counts, and nothing is said where it holds", () => {
  const proof = { at: "", holds: true, streams: 3, failed: 0, unexplained: 0 };
  expect(l.provedOf(proof)).toEqual([]);
  expect(l.provedOf({ ...proof, holds: false, failed: 1, unexplained: 2 }, "en-GB")).toEqual([
    "2 records differ",
    "1 of 3 kinds could not be compared",
  ]);
});

test("a proof says its figures, what is explained, and how a record differs", () => {
  const usd = { minor: 123450, currency: "USD" };
  expect(l.proofFigures({ records: 1200, sums: [], digest: "" }, "en-GB")).toBe("1,200");
  expect(l.proofFigures({ records: 2, sums: [usd], digest: "" }, "en-GB")).toMatch(/^2 · .*1,234\.50/);
  expect(l.explainedOf({ set_aside: 0, changed_meanwhile: 2, not_yet_read: 1 })).toEqual([
    "2 changed meanwhile",
    "1 changed since the last reading",
  ]);
  const one = { external_id: "42", fields: [] };
  expect(l.differenceOf({ ...one, how: "missing_here" })).toBe("42 is missing here");
  expect(l.differenceOf({ ...one, how: "gone_there" })).toBe("42 is gone at the platform");
  expect(l.differenceOf({ ...one, how: "different", fields: ["total", "note"] })).toBe(
    "42 differs: total, note",
  );
});

test.each([
  ["https://shop.example.com", undefined],
  ["http://127.0.0.1:4000", undefined],
  ["http://localhost:4000/x", undefined],
  ["http://shop.example.com", "Only https is accepted; http is for this computer alone."],
  ["shop.example.com", "Write the whole address, beginning with https://"],
  ["ftp://shop.example.com", "Write the whole address, beginning with https://"],
  ["", "Write the whole address, beginning with https://"],
])("the address %s", (address, problem) => {
  expect(l.checkAddress(address)).toBe(problem);
});

test("credentials are asked for by name, and sent without the spaces of a paste", () => {
  const wanted = [
    { name: "email", label: "E-mail", secret: false, required: true },
    { name: "api_key", label: "Key", secret: true, required: true },
    { name: "extra", label: "Extra", secret: false, required: false },
  ];
  expect(l.missingCredentials(wanted, { email: " a@b.c ", api_key: "  " })).toEqual(["api_key"]);
  expect(l.trimmed({ email: " a@b.c ", extra: " " })).toEqual({ email: "a@b.c" });
});

test("an account without a needed permission cannot be connected", () => {
  const tested: Tested = {
    account: "",
    user: null,
    left: null,
    currency: null,
    time_zone: null,
    granted: [],
    missing: [],
    preview: [],
  };
  const scope = { name: "read_orders", needed_for: "orders", required: false };
  expect(l.canConnect({ ...tested, missing: [scope] })).toBe(true);
  expect(l.canConnect({ ...tested, missing: [{ ...scope, required: true }] })).toBe(false);
});

describe("a pressed key", () => {
  const press = { key: "a", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  test.each([
    [{}, "a"],
    [{ key: "A", shiftKey: true }, "Shift+a"],
    [{ key: "?", shiftKey: true }, "[Shift]+?"],
    [{ key: "k", ctrlKey: true }, "$mod+k"],
    [{ key: " " }, "Space"],
    [{ key: "Shift", shiftKey: true }, undefined],
  ])("%j", (change, key) => {
    expect(l.keyOfPress({ ...press, ...change })).toBe(key);
  });
});

describe("guardrails", () => {
  const limits = {
    per_action: "50.00",
    per_customer_day: "100.00",
    per_workflow_day: "800.00",
    actions_per_customer_day: 5,
    actions_per_workflow_day: 200,
    agent_limit: "25.00",
    two_people_above: null,
  };

  test("are typed with one's own decimal sign and read back the same", () => {
    for (const locale of ["en-GB", "de-DE"]) {
      expect(l.readLimits(l.limitTexts(limits, locale), locale).limits).toEqual(limits);
    }
    expect(l.limitTexts(limits, "de-DE").per_action).toBe("50,00");
  });

  test("are read with the signs of the language, so that 1.204 is not a bit more than one", () => {
    const read = (per_action: string) =>
      l.readLimits({ ...l.limitTexts(limits, "de-DE"), per_action }, "de-DE").limits?.per_action;
    expect(read("1.204")).toBe("1204");
    expect(read("1.204,50 €")).toBe("1204.50");
    expect(read("1.50")).toBeUndefined();
    expect(read("-5")).toBeUndefined();
  });

  test("are refused where they are no numbers", () => {
    const texts = { ...l.limitTexts(limits, "en-GB"), per_action: "fifty", actions_per_customer_day: "2.5" };
    const { limits: read, errors } = l.readLimits(texts, "en-GB");
    expect(read).toBeUndefined();
    expect(Object.keys(errors)).toEqual(["per_action", "actions_per_customer_day"]);
  });
});
