import type { EventKind, TimelineEvent, TimelineFilter } from "../../generated/commands.ts";

export const FILTERS: readonly TimelineFilter[] = ["orders", "messages", "parcels", "sends", "ours"];

export function filterOf(text: string | null): TimelineFilter | undefined {
  return FILTERS.find((filter) => filter === text);
}

/** Returns the filter after this one; after the last comes everything. */
export function nextFilter(filter: TimelineFilter | undefined): TimelineFilter | undefined {
  return FILTERS[filter === undefined ? 0 : FILTERS.indexOf(filter) + 1];
}

/** A line of the timeline: an event, and how many like it directly before are folded into it. */
export interface Line {
  event: TimelineEvent;
  folded: readonly TimelineEvent[];
  /** The first line of its day, in the shop's time zone. */
  opensDay: boolean;
}

const FOLDABLE: readonly EventKind[] = [
  "mail.opened",
  "mail.clicked",
  "mail.sent",
  "mail.other",
  "parcel.shipped",
  "person.seen",
];

/**
 * Folds runs of like events and marks where a day begins.
 *
 * Only what says little each time is folded; an order, a message or money never is. An unfolded
 * run, named by its first event, is shown whole.
 */
export function lines(
  events: readonly TimelineEvent[],
  dayOf: (at: string) => string,
  unfolded: ReadonlySet<number>,
): Line[] {
  const found: { event: TimelineEvent; folded: TimelineEvent[]; opensDay: boolean }[] = [];
  let day: string | undefined;
  for (const event of events) {
    const last = found.at(-1);
    const today = dayOf(event.at);
    if (
      last &&
      today === day &&
      FOLDABLE.includes(event.kind) &&
      last.event.kind === event.kind &&
      last.event.source === event.source &&
      !unfolded.has(last.event.id)
    ) {
      last.folded.push(event);
      continue;
    }
    found.push({ event, folded: [], opensDay: today !== day });
    day = today;
  }
  return found;
}

const HOUR = 3_600_000;

/** Returns the moment from which on we listened: the earliest time any of these was learned. */
export function listeningSince(events: readonly Pick<TimelineEvent, "learned_at">[]): number {
  return Math.min(...events.map((event) => Date.parse(event.learned_at)));
}

/**
 * Returns how much later than it happened we learned of an event, in ms, if that is an hour or more.
 *
 * What happened before anybody listened is history that was read later, which says nothing.
 */
export function lateness(
  { at, learned_at }: Pick<TimelineEvent, "at" | "learned_at">,
  since: number,
): number | undefined {
  const late = Date.parse(learned_at) - Date.parse(at);
  return Date.parse(at) >= since && late >= HOUR ? late : undefined;
}
