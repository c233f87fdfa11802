import type {
  Connection,
  CredentialInfo,
  Health,
  LastProof,
  Limits,
  Platform,
  PlatformInfo,
  ProofDifference,
  ProofSide,
  StreamHealth,
  StreamProof,
  Tested,
} from "../../generated/commands.ts";
import {
  decimalText,
  formatCount,
  formatShare,
  formatSums,
  parseDecimal,
  span,
  UNKNOWN,
} from "../../shared/lib/format.ts";
import { streamNames } from "../../shared/lib/platforms.ts";
import type { Tone } from "../../shared/ui/tones.ts";
import { words } from "./words.ts";

export const SECTIONS = ["connections", "workflows", "guardrails", "look", "data"] as const;
export type Section = (typeof SECTIONS)[number];

export function sectionOf(text: string | undefined): Section {
  return SECTIONS.find((section) => section === text) ?? "connections";
}

export const healthLooks: Record<Health, { glyph: string; tone: Tone }> = {
  backfilling: { glyph: "◑", tone: "going" },
  live: { glyph: "●", tone: "done" },
  troubled: { glyph: "!", tone: "failed" },
  broken: { glyph: "✕", tone: "failed" },
};

/** Says how far a stream's history is: counts, and the time left where the platform's total is known. */
export function progressOf(stream: StreamHealth, locale?: string): string {
  return words.progress(
    formatCount(stream.landed, locale),
    stream.total === null ? undefined : formatCount(stream.total, locale),
    stream.seconds_left === null ? undefined : span(stream.seconds_left * 1000),
  );
}

/** Says how far a kind of record is, or why the account has none of it. */
export function stateOf({ absent, complete, reading, landed }: StreamHealth): string {
  if (absent !== null) return absent;
  if (complete) return words.complete;
  return reading || landed > 0 ? words.filling : words.waiting;
}

/** Says how far the picture of a connection lies behind; unknown before its first full reading. */
export function lagOf({ lag_seconds: lag }: Pick<Connection, "lag_seconds">): string {
  if (lag === null) return UNKNOWN;
  return lag < 60 ? words.inStep : span(lag * 1000);
}

/** Says how much of the platform's allowance is left, if it tells. */
export function leftOf({ quota_used: used }: Pick<Connection, "quota_used">, locale?: string): string {
  return formatShare(used === null ? null : (100 - used) / 100, locale);
}

/** What a connection does at this moment: the history it reads, else the kinds of record. */
export function doingOf(
  { streams, health }: Pick<Connection, "streams" | "health">,
  locale?: string,
): string {
  const reading = streams.filter((stream) => stream.reading);
  const [history] = reading.filter((stream) => !stream.complete);
  // The time left is for the one who opens the account: a line has no room for it.
  if (history)
    return `${streamNames[history.stream]} ${progressOf({ ...history, seconds_left: null }, locale)}`;
  if (reading.length > 0) return words.reads(reading.map(({ stream }) => streamNames[stream]).join(", "));
  return health === "broken" ? UNKNOWN : words.nothingNow;
}

/** Counts the accounts by how they are, the worst first. */
export function healthCounts(connections: readonly Pick<Connection, "health">[]): [Health, number][] {
  return (["broken", "troubled", "backfilling", "live"] as const)
    .map((health): [Health, number] => [health, connections.filter((one) => one.health === health).length])
    .filter(([, count]) => count > 0);
}

/** The shares that are offered, and the one that is set. */
export function sharesWith(current: number): number[] {
  return [...new Set([10, 25, 50, 75, 100, current])].sort((one, other) => one - other);
}

/** Says what the last proof of a connection found, beside its verdict. */
export function provedOf({ failed, streams, unexplained }: LastProof, locale?: string): string[] {
  return [
    ...(unexplained > 0 ? [words.proofDiffers(unexplained)] : []),
    ...(failed > 0 ? [words.proofFailed(failed, formatCount(streams, locale))] : []),
  ];
}

/** Writes the figures of one side of a proof: how many records, and the money they speak of. */
export function proofFigures({ records, sums }: ProofSide, locale?: string): string {
  const count = formatCount(records, locale);
  return sums.length === 0 ? count : `${count} · ${formatSums(sums, locale)}`;
}

/** Says which records differ for a known reason, a line for each reason. */
export function explainedOf(
  stream: Pick<StreamProof, "set_aside" | "changed_meanwhile" | "not_yet_read">,
): string[] {
  return (["set_aside", "changed_meanwhile", "not_yet_read"] as const)
    .filter((reason) => stream[reason] > 0)
    .map((reason) => words.explained[reason](stream[reason]));
}

/** Says how a record differs. */
export function differenceOf({ external_id: id, how, fields }: ProofDifference): string {
  if (how === "missing_here") return words.missingHere(id);
  return how === "gone_there" ? words.goneThere(id) : words.differs(id, fields.join(", "));
}

/** The platforms that have one address for all shops. */
const SHARED: ReadonlySet<Platform> = new Set<Platform>(["klaviyo", "shipbob", "stripe"]);

/** What stands in the field for the address before anybody typed: what is the same for all need not be typed. */
export function knownAddress({ platform, address_example }: PlatformInfo): string {
  return SHARED.has(platform) ? address_example : "";
}

/** Checks an address as it is typed: https, or http on this computer alone. */
export function checkAddress(text: string): string | undefined {
  let address: URL;
  try {
    address = new URL(text.trim());
  } catch {
    return words.addressBad;
  }
  if (address.protocol === "https:") return undefined;
  if (address.protocol !== "http:") return words.addressBad;
  const here = ["localhost", "127.0.0.1", "[::1]"].includes(address.hostname);
  return here ? undefined : words.addressPlain;
}

/** Returns which credentials are still to be entered. */
export function missingCredentials(
  wanted: readonly CredentialInfo[],
  given: Readonly<Record<string, string>>,
): string[] {
  return wanted.filter((one) => one.required && !given[one.name]?.trim()).map((one) => one.name);
}

/** Leaves out what was not entered, and spaces that came along with a paste. */
export function trimmed(given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ""),
  );
}

/** Tells whether an account can be connected as it is. */
export function canConnect(tested: Tested): boolean {
  return !tested.missing.some((scope) => scope.required);
}

/** Turns a key press into the notation of the command list; a modifier alone is no key yet. */
export function keyOfPress(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
): string | undefined {
  if (["Shift", "Control", "Alt", "Meta", "AltGraph", "Dead", "Process", "Tab"].includes(event.key))
    return undefined;
  const letter = /^\p{L}$/u.test(event.key);
  const key = letter ? event.key.toLowerCase() : event.key === " " ? "Space" : event.key;
  const parts = [
    ...(event.ctrlKey || event.metaKey ? ["$mod"] : []),
    ...(event.altKey ? ["Alt"] : []),
    // Signs such as `?` need Shift on some keyboards and not on others.
    ...(event.shiftKey ? [letter || event.key.length > 1 ? "Shift" : "[Shift]"] : []),
  ];
  return [...parts, key].join("+");
}

/** The guardrails as a person reads and types them. */
export type LimitTexts = Record<keyof Limits, string>;

/** Writes the guardrails with the person's own decimal sign. */
export function limitTexts(limits: Limits, locale?: string): LimitTexts {
  const money = (text: string | null) => (text === null ? "" : decimalText(text, locale));
  return {
    per_action: money(limits.per_action),
    per_customer_day: money(limits.per_customer_day),
    per_workflow_day: money(limits.per_workflow_day),
    actions_per_customer_day: String(limits.actions_per_customer_day),
    actions_per_workflow_day: String(limits.actions_per_workflow_day),
    agent_limit: money(limits.agent_limit),
    two_people_above: money(limits.two_people_above),
  };
}

/** Says which limits will change, and to what. */
export function changesOf(
  labels: Readonly<Record<keyof Limits, string>>,
  now: LimitTexts,
  then: LimitTexts,
): string[] {
  const text = (value: string) => value || words.twoPeopleNever;
  return (Object.keys(labels) as (keyof Limits)[])
    .filter((name) => now[name] !== then[name])
    .map((name) => words.looserThen(labels[name], text(now[name]), text(then[name])));
}

/** Reads the guardrails back; amounts stay decimal texts, so that nothing passes through a float. */
export function readLimits(
  texts: LimitTexts,
  locale?: string,
): { limits?: Limits; errors: Partial<Record<keyof Limits, string>> } {
  const errors: Partial<Record<keyof Limits, string>> = {};
  const money = (name: keyof Limits): string => {
    const decimal = parseDecimal(texts[name], locale) ?? "";
    if (!/^\d{1,12}(\.\d{1,2})?$/.test(decimal)) errors[name] = words.limitBad;
    return decimal;
  };
  const count = (name: keyof Limits): number => {
    const text = texts[name].trim();
    if (!/^\d{1,6}$/.test(text)) errors[name] = words.countBad;
    return Number(text);
  };
  const limits: Limits = {
    per_action: money("per_action"),
    per_customer_day: money("per_customer_day"),
    per_workflow_day: money("per_workflow_day"),
    actions_per_customer_day: count("actions_per_customer_day"),
    actions_per_workflow_day: count("actions_per_workflow_day"),
    agent_limit: money("agent_limit"),
    two_people_above: texts.two_people_above.trim() === "" ? null : money("two_people_above"),
  };
  return Object.keys(errors).length === 0 ? { limits, errors } : { errors };
}
