import { describe, expect, test } from "vitest";
import type { Card, Proposal } from "../../generated/commands.ts";
import * as l from "./logic.ts";

const now = Date.parse("2026-11-14T12:00:00Z");
const eur = (minor: number) => ({ minor, currency: "EUR" });

function card(change: Partial<Card> = {}): Card {
  return {
    id: 1,
    version: 1,
    state: "held",
    line: "Waits for you",
    kind: "order.refund",
    amount: eur(3890),
    customer: 7,
    customer_name: "Ana Ruiz",
    target: { connection: 1, stream: "orders", external_id: "1", label: "#1042" },
    why: "The parcel is lost.",
    warnings: [],
    workflow: "late-parcel",
    group: null,
    made_at: "2026-11-14T10:00:00Z",
    deadline: "2026-11-14T15:00:00Z",
    leaves_at: null,
    decided_by: null,
    outcome: null,
    next_look: null,
    cannot_look: null,
    held_back: null,
    ...change,
  };
}

describe("a state is the core's words with the times that belong to it", () => {
  test.each<[Partial<Card>, string]>([
    [{}, "Waits for you · expires in 3 h"],
    [{ deadline: null }, "Waits for you"],
    [
      { state: "approved", line: "Approved by Mia", leaves_at: "2026-11-14T12:00:24Z" },
      "Approved by Mia · leaves in 0:24",
    ],
    [
      { state: "approved", line: "Approved by Mia", leaves_at: "2026-11-14T11:59:00Z" },
      "Approved by Mia · leaves next",
    ],
    [
      {
        state: "approved",
        line: "Approved by Mia",
        leaves_at: "2026-11-14T12:00:24Z",
        held_back: "All sending is stopped",
      },
      "Approved by Mia · held back: All sending is stopped",
    ],
    [{ state: "sending", line: "Sending to Shopify" }, "Sending to Shopify"],
    [
      { state: "accepted", line: "Shopify has it; not visible yet", next_look: "2026-11-14T12:05:00Z" },
      "Shopify has it; not visible yet · next look in 5 min",
    ],
    [
      { state: "confirmed", line: "Done, receipt 881", next_look: "2026-11-14T12:05:00Z" },
      "Done, receipt 881",
    ],
    [
      { state: "in_doubt", line: "Unknown: the answer was lost", next_look: "2026-11-14T12:00:40Z" },
      "Unknown: the answer was lost · next look in 40 s",
    ],
  ])("%j", (change, text) => {
    expect(l.stateLine(card(change), now).text).toBe(text);
  });
});

test("a plan has more than one row", () => {
  expect([
    ...l.plansOf([{ group: 1 }, { group: 2 }, { group: 1 }, { group: null }, { group: null }]),
  ]).toEqual([1]);
});

test("amber is for held alone", () => {
  const states = [
    "proposed",
    "approved",
    "sending",
    "accepted",
    "confirmed",
    "refused",
    "in_doubt",
    "expired",
  ] as const;
  expect(l.stateLine(card(), now).tone).toBe("held");
  for (const state of states) expect(l.stateLine(card({ state }), now).tone).not.toBe("held");
});

test("a title says what, how much and to whom", () => {
  expect(l.titleOf(card(), "en-GB")).toBe("Refund €38.90 to Ana Ruiz");
  expect(l.titleOf(card({ kind: "ticket.reply", amount: null }), "en-GB")).toBe("Reply to Ana Ruiz");
  expect(l.titleOf(card({ kind: "marketing.hold", amount: null }), "en-GB")).toBe(
    "Hold marketing for Ana Ruiz",
  );
  expect(l.approveText(card(), "en-GB")).toBe("Approve €38.90");
  expect(l.approveText(card({ kind: "ticket.reply", amount: null }))).toBe("Approve reply");
});

test("deciding moves to the next row that waits, and wraps", () => {
  const order = [1, 2, 3, 4];
  const open = (ids: number[]) => (id: number) => ids.includes(id);
  expect(l.nextOpen(order, 0, open([2, 3, 4]))).toBe(1);
  expect(l.nextOpen(order, 0, open([4]))).toBe(3);
  expect(l.nextOpen(order, 3, open([1, 2]))).toBe(0);
  expect(l.nextOpen(order, 2, open([]))).toBe(2);
  expect(l.nextOpen([], 0, open([]))).toBe(0);
});

test("the latest answer about a proposal counts, whichever list it came in", () => {
  const known = l.joinSources([
    { at: 30, cards: [card({ state: "approved" })] },
    { at: 10, cards: [card(), card({ id: 2 })] },
    { at: 20, cards: [card({ state: "sending" })] },
  ]);
  expect(known.get(1)?.state).toBe("approved");
  expect(known.get(2)?.state).toBe("held");
});

test("a list that was asked for before a decision does not take it back", () => {
  const known = l.joinSources([
    { at: 20, cards: [card({ version: 2, state: "approved" })] },
    { at: 30, cards: [card({ version: 1, state: "held" })] },
  ]);
  expect(known.get(1)?.state).toBe("approved");
});

test("grouping brings like together and keeps the order within", () => {
  const cards = [
    card({ id: 1, workflow: "a" }),
    card({ id: 2, workflow: "b" }),
    card({ id: 3, workflow: "a" }),
  ];
  expect(l.arrange(cards, "workflow").map((c) => c.id)).toEqual([1, 3, 2]);
  expect(l.arrange(cards, "due").map((c) => c.id)).toEqual([1, 2, 3]);
});

test("a filter wants every word, anywhere on the row", () => {
  expect(l.matches(card(), "ruiz lost")).toBe(true);
  expect(l.matches(card(), "#1042")).toBe(true);
  expect(l.matches(card(), "ruiz smith")).toBe(false);
  expect(l.matches(card(), "")).toBe(true);
});

test("what changed under a person's eyes is listed, and nothing else", () => {
  const before: Proposal = {
    card: card(),
    action: { kind: "order.refund", order: card().target, amount: eur(3890), note: "late", restock: [] },
    via: "Shopify",
    customer_facts: [],
    evidence: [],
    rule: { workflow: "late-parcel", version: 1, reason: "", limit: "" },
    money: null,
    alternatives: [],
    flip: null,
    if_ignored: "Nothing.",
    history: [],
    receipt: null,
    linked: [],
    editable: [],
    reversible: false,
  };
  const after = { ...before, card: card({ version: 2, amount: eur(2000) }) };
  expect(l.changesBetween(before, after, "en-GB")).toEqual([
    { what: "Money", before: "€38.90", after: "€20.00" },
  ]);
  expect(l.changesBetween(before, before)).toEqual([]);
});

describe("an edited amount", () => {
  test.each([
    ["20.00", 2000],
    ["102.70", 10270],
    ["102.71", "At most €102.70 can be refunded on this order."],
    ["0", "More than nothing, or reject it instead."],
    ["twenty", "Write an amount, such as 12.50."],
  ])("%s", (text, expected) => {
    const check = l.checkAmount(text, eur(10270), "EUR", "en-GB");
    expect(check.error ?? check.amount?.minor).toBe(expected);
  });
});

describe("later", () => {
  test.each([
    ["2026-11-14T12:00:00Z", "Europe/Berlin", undefined, "2026-11-15T08:00:00.000Z"],
    ["2026-11-14T23:30:00Z", "Europe/Berlin", undefined, "2026-11-16T08:00:00.000Z"],
    ["2026-11-14T12:00:00Z", "Europe/Berlin", 1, "2026-11-16T08:00:00.000Z"],
    ["2026-11-16T12:00:00Z", "Europe/Berlin", 1, "2026-11-23T08:00:00.000Z"],
    ["2026-10-24T12:00:00Z", "Europe/Berlin", undefined, "2026-10-25T08:00:00.000Z"],
    ["2026-03-28T12:00:00Z", "Europe/Berlin", undefined, "2026-03-29T07:00:00.000Z"],
    ["2026-11-14T12:00:00Z", "America/New_York", undefined, "2026-11-15T14:00:00.000Z"],
  ])("from %s in %s is nine on the shop's clock", (from, zone, day, expected) => {
    expect(l.nextAt(Date.parse(from), 9, zone, day)).toBe(expected);
  });
});

test("only what has not left can be undone, the last first", () => {
  const cards = [
    card({ id: 1, state: "approved", leaves_at: "2026-11-14T12:00:10Z" }),
    card({ id: 2, state: "sending" }),
    card({ id: 3, state: "approved", leaves_at: "2026-11-14T12:00:20Z" }),
  ];
  expect(l.undoable(cards, new Map()).map((c) => c.id)).toEqual([3, 1]);
});

test("the last decided is undone first, also if it leaves before the one decided earlier", () => {
  const slow = card({ id: 1, state: "approved", leaves_at: "2026-11-14T12:15:00Z" });
  const quick = card({ id: 2, state: "approved", leaves_at: "2026-11-14T12:00:30Z" });
  const first = l.arrivals(new Map(), [slow]);
  const second = l.arrivals(first, [quick, slow]);
  expect(l.undoable([quick, slow], second).map((c) => c.id)).toEqual([2, 1]);
  expect(l.arrivals(second, [quick, slow])).toBe(second);
  expect(l.nextToLeave([slow, quick])?.id).toBe(2);
  // Undone and approved again, it is the last one.
  const again = l.arrivals(l.arrivals(second, [quick]), [quick, slow]);
  expect(l.undoable([quick, slow], again).map((c) => c.id)).toEqual([1, 2]);
});

test("a selection is summed up without adding money", () => {
  const summary = l.summarise([
    card({ id: 1, warnings: ["Third refund in 90 days"] }),
    card({ id: 2, amount: eur(6400), made_at: "2026-11-13T10:00:00Z" }),
    card({ id: 3, customer: 8, customer_name: "Li Wei", kind: "ticket.reply", amount: null }),
  ]);
  expect(summary).toMatchObject({ count: 3, twice: ["Ana Ruiz"], warned: 1 });
  expect(summary.largest.map((c) => c.id)).toEqual([2]);
  expect(summary.oldest?.id).toBe(2);
  expect(summary.kinds).toEqual([
    { kind: "order.refund", count: 2 },
    { kind: "ticket.reply", count: 1 },
  ]);
});

test("amounts of two currencies are not compared", () => {
  const { largest } = l.summarise([
    card({ id: 1, amount: eur(4900) }),
    card({ id: 2, amount: { minor: 5000, currency: "JPY" } }),
    card({ id: 3, amount: eur(5100) }),
  ]);
  expect(largest.map((c) => c.id)).toEqual([3, 2]);
});

test("extending takes all rows between, whichever way", () => {
  expect(l.between([5, 6, 7, 8], 1, 3)).toEqual([6, 7, 8]);
  expect(l.between([5, 6, 7, 8], 2, 0)).toEqual([5, 6, 7]);
});
