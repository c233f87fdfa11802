import type { Action, ActionKind, Card, Money, Proposal, State, Tab } from "../../generated/commands.ts";
import { countdown, formatMoney, parseAmount, span } from "../../shared/lib/format.ts";
import type { Tone } from "../../shared/ui/tones.ts";
import { words } from "./words.ts";

export const TABS: readonly Tab[] = ["waiting", "suggestions", "leaving", "in_doubt", "decided"];

export function tabOf(text: string | undefined): Tab {
  return TABS.find((tab) => tab === text) ?? "waiting";
}

/** Says what it is and how much: `Refund €38.90`. */
export function whatOf(card: Pick<Card, "kind" | "amount">, locale?: string): string {
  const kind = words.kinds[card.kind];
  return card.amount ? `${kind} ${formatMoney(card.amount, locale)}` : kind;
}

/** Says it with its customer: `Refund €38.90 to Ana Ruiz`. */
export function titleOf(card: Pick<Card, "kind" | "amount" | "customer_name">, locale?: string): string {
  const what = whatOf(card, locale);
  if (!card.customer_name) return what;
  const reaches: readonly ActionKind[] = [
    "order.refund",
    "payment.refund",
    "ticket.reply",
    "marketing.follow_up",
  ];
  return reaches.includes(card.kind)
    ? words.to(what, card.customer_name)
    : words.forWhom(what, card.customer_name);
}

/** What the approve button says: the verb, with the sum where there is one. */
export function approveText(card: Pick<Card, "kind" | "amount">, locale?: string): string {
  return card.amount ? words.approve(formatMoney(card.amount, locale)) : words.approveKind(card.kind);
}

export interface StateLine {
  glyph: string;
  tone: Tone;
  text: string;
}

const looks: Record<State, { glyph: string; tone: Tone }> = {
  proposed: { glyph: "◌", tone: "quiet" },
  held: { glyph: "◌", tone: "held" },
  approved: { glyph: "◔", tone: "going" },
  sending: { glyph: "◑", tone: "going" },
  accepted: { glyph: "◑", tone: "going" },
  confirmed: { glyph: "●", tone: "done" },
  refused: { glyph: "✕", tone: "failed" },
  in_doubt: { glyph: "?", tone: "unknown" },
  expired: { glyph: "–", tone: "quiet" },
  shadowed: { glyph: "◌", tone: "quiet" },
  undone: { glyph: "↶", tone: "quiet" },
};

/** Says where an action stands: the same words in the row, the card and the timeline. */
export function stateLine(card: Card, now: number): StateLine {
  return { ...looks[card.state], text: stateText(card, now) };
}

/** The core's words for the state, and the times that belong to it. */
function stateText(card: Card, now: number): string {
  const left = (at: string | null) => (at === null ? undefined : Date.parse(at) - now);
  if (card.state === "held") {
    const expires = left(card.deadline);
    return card.line + (expires === undefined ? "" : words.expiresIn(span(Math.max(0, expires))));
  }
  if (card.state === "approved") {
    if (card.held_back) return card.line + words.heldBack(card.held_back);
    const leaves = left(card.leaves_at);
    if (leaves === undefined) return card.line;
    return card.line + (leaves > 0 ? words.leavesIn(countdown(leaves)) : words.leavesNext);
  }
  const look = card.state === "in_doubt" || card.state === "accepted" ? left(card.next_look) : undefined;
  return card.line + (look === undefined ? "" : words.nextLook(span(Math.max(0, look))));
}

/** Tells whether a person can still say yes or no. */
export function isOpen(card: Pick<Card, "state">): boolean {
  return card.state === "held";
}

/** Returns the next row that waits for a person, from a place downwards, then from the top. */
export function nextOpen(order: readonly number[], from: number, open: (id: number) => boolean): number {
  for (let step = 1; step <= order.length; step++) {
    const at = (from + step) % order.length;
    const id = order[at];
    if (id !== undefined && open(id)) return at;
  }
  return from;
}

export type GroupBy = keyof typeof words.groups;

/** Arranges rows by what a person groups by; within a group the core's order stays. */
export function arrange(cards: readonly Card[], by: GroupBy): Card[] {
  if (by === "due") return [...cards];
  const name = (card: Card) =>
    by === "kind" ? words.kinds[card.kind] : by === "workflow" ? card.workflow : card.customer_name;
  const groups = new Map<string, Card[]>();
  for (const card of cards) groups.set(name(card), [...(groups.get(name(card)) ?? []), card]);
  return [...groups.values()].flat();
}

/** Tells whether a row has every word of the filter in what is written on it. */
export function matches(card: Card, filter: string): boolean {
  const text = [
    words.kinds[card.kind],
    card.customer_name,
    card.target.label,
    card.why,
    card.workflow,
    ...card.warnings,
  ]
    .join(" ")
    .toLocaleLowerCase();
  return filter
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** What one source said about cards, and when. */
export interface Source {
  at: number;
  cards: readonly Card[];
}

/**
 * Joins what several answers said about the same proposals: the highest version counts, of the same
 * version the latest answer.
 *
 * A list that was asked for before a decision may arrive after it.
 */
export function joinSources(sources: readonly Source[]): Map<number, Card> {
  const known = new Map<number, Card>();
  for (const source of [...sources].sort((a, b) => a.at - b.at)) {
    for (const card of source.cards) {
      if (card.version >= (known.get(card.id)?.version ?? 0)) known.set(card.id, card);
    }
  }
  return known;
}

export interface Change {
  what: string;
  before: string;
  after: string;
}

/** Lists what is different between the card a person read and the card as it is now. */
export function changesBetween(before: Proposal, after: Proposal, locale?: string): Change[] {
  const pairs: [string, string, string][] = [
    [words.money, formatMoney(before.card.amount, locale), formatMoney(after.card.amount, locale)],
    [words.says, textOf(before.action) ?? "", textOf(after.action) ?? ""],
    [words.on, before.card.target.label, after.card.target.label],
    [words.why, before.card.why, after.card.why],
    [words.customer, before.card.customer_name, after.card.customer_name],
    [
      words.evidence,
      before.evidence.map((e) => e.text).join("; "),
      after.evidence.map((e) => e.text).join("; "),
    ],
  ];
  return pairs
    .filter(([, old, now]) => old !== now)
    .map(([what, old, now]) => ({ what, before: old || "–", after: now || "–" }));
}

/** Returns the words an action carries to somebody, if it carries any. */
export function textOf(action: Action): string | undefined {
  switch (action.kind) {
    case "ticket.reply":
    case "ticket.note":
    case "order.note":
      return action.text;
    case "order.refund":
    case "order.cancel":
    case "payment.refund":
    case "fulfilment.hold":
      return action.note;
    case "marketing.follow_up":
      return action.concern;
    default:
      return undefined;
  }
}

export interface AmountCheck {
  amount?: Money;
  error?: string;
}

/** Checks an amount as it is typed against what the order can still give back. */
export function checkAmount(
  text: string,
  most: Money | null | undefined,
  currency: string,
  locale?: string,
): AmountCheck {
  const amount = parseAmount(text, currency, locale);
  if (!amount) return { error: words.amountBad };
  if (amount.minor === 0) return { error: words.amountNothing };
  if (most && most.currency === currency && amount.minor > most.minor) {
    return { error: words.amountTooMuch(formatMoney(most, locale)) };
  }
  return { amount };
}

/** Returns the next moment with this hour on the clock of a time zone, on tomorrow or on a week day (1 is Monday). */
export function nextAt(now: number, hour: number, timeZone: string | undefined, weekDay?: number): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const wallOf = (at: number) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second);
  };
  const today = new Date(wallOf(now));
  const days = weekDay === undefined ? 1 : (weekDay - today.getUTCDay() + 7) % 7 || 7;
  const wanted = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + days, hour);
  // The zone's offset at the wanted time is not known before the time is; two steps settle it around a clock change.
  let at = wanted;
  for (let step = 0; step < 2; step++) at += wanted - wallOf(at);
  return new Date(at).toISOString();
}

/** In which turn each approved card was first seen as approved, counted from one. */
export type Arrivals = ReadonlyMap<number, number>;

/** Takes note of what was approved since the last look; what can no longer be undone is forgotten. */
export function arrivals(before: Arrivals, cards: readonly Card[]): Arrivals {
  const ids = cards.filter((card) => card.state === "approved").map((card) => card.id);
  if (ids.length === before.size && ids.every((id) => before.has(id))) return before;
  const turn = Math.max(0, ...before.values()) + 1;
  return new Map(ids.map((id) => [id, before.get(id) ?? turn]));
}

/**
 * What can still be taken back: approved, and not on its way yet. The last decided comes first.
 *
 * Kinds of action are held back for times of their own, so the last decided need not be the last to
 * leave; that only orders what was seen at once.
 */
export function undoable(cards: readonly Card[], arrived: Arrivals): Card[] {
  const turn = (card: Card) => arrived.get(card.id) ?? 0;
  return cards
    .filter((card) => card.state === "approved")
    .sort((a, b) => turn(b) - turn(a) || leaving(b) - leaving(a));
}

const leaving = (card: Card) => Date.parse(card.leaves_at ?? "");

/** Returns what leaves first of what can still be taken back. */
export function nextToLeave(cards: readonly Card[]): Card | undefined {
  return cards
    .filter((card) => card.state === "approved")
    .reduce<Card | undefined>(
      (first, card) => (first && leaving(first) <= leaving(card) ? first : card),
      undefined,
    );
}

/** Returns the plans that have more than one row here; a proposal alone is no plan. */
export function plansOf(cards: Iterable<Pick<Card, "group">>): ReadonlySet<number> {
  const seen = new Set<number>();
  const plans = new Set<number>();
  for (const { group } of cards) {
    if (group === null) continue;
    if (seen.has(group)) plans.add(group);
    seen.add(group);
  }
  return plans;
}

export interface BulkSummary {
  count: number;
  kinds: { kind: ActionKind; count: number }[];
  /** One per currency. */
  largest: Card[];
  oldest: Card | undefined;
  twice: string[];
  warned: number;
}

/** Sums up a selection for its confirmation. Money is compared here, and added by the core alone. */
export function summarise(cards: readonly Card[]): BulkSummary {
  const kinds = new Map<ActionKind, number>();
  const perCustomer = new Map<number, { name: string; count: number }>();
  for (const card of cards) {
    kinds.set(card.kind, (kinds.get(card.kind) ?? 0) + 1);
    if (card.customer !== null) {
      const seen = perCustomer.get(card.customer);
      perCustomer.set(card.customer, { name: card.customer_name, count: (seen?.count ?? 0) + 1 });
    }
  }
  const largest = new Map<string, Card>();
  for (const card of cards) {
    if (!card.amount) continue;
    const found = largest.get(card.amount.currency)?.amount;
    if (!found || card.amount.minor > found.minor) largest.set(card.amount.currency, card);
  }
  const byAge = [...cards].sort((a, b) => Date.parse(a.made_at) - Date.parse(b.made_at));
  return {
    count: cards.length,
    kinds: [...kinds].map(([kind, count]) => ({ kind, count })),
    largest: [...largest.values()],
    oldest: byAge[0],
    twice: [...perCustomer.values()].filter(({ count }) => count > 1).map(({ name }) => name),
    warned: cards.filter((card) => card.warnings.length > 0).length,
  };
}

/** Returns the ids between two rows, both included. */
export function between(order: readonly number[], from: number, to: number): number[] {
  const [first, last] = from < to ? [from, to] : [to, from];
  return order.slice(Math.max(0, first), last + 1);
}

/** What a person found at the platform about an action whose answer was lost. */
export type Finding = "happened" | "did_not" | "send_again";
