import * as v from "valibot";

const Text = v.fallback(v.pipe(v.string(), v.maxLength(200)), "");
const Id = v.pipe(v.string(), v.digits(), v.transform(Number), v.safeInteger());

/** Reads a text out of an address; anything else is no text. */
export function textOf(value: string | null): string {
  return v.parse(Text, value ?? "");
}

const EventId = v.pipe(v.string(), v.regex(/^-?\d+$/), v.transform(Number), v.safeInteger());

/** Reads an event's id out of an address; what we did ourselves has negative ones. */
export function eventIdOf(value: string | undefined): number | undefined {
  const found = v.safeParse(EventId, value);
  return found.success ? found.output : undefined;
}

/** Reads one of our ids out of an address. */
export function idOf(value: string | undefined): number | undefined {
  const found = v.safeParse(Id, value);
  return found.success ? found.output : undefined;
}
