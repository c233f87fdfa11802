import type { Connection, CredentialInfo, Health, StreamHealth, Tested } from "../../generated/commands.ts";
import { formatCount, span } from "../../shared/lib/format.ts";
import type { Tone } from "../../shared/ui/state-mark.tsx";
import { words } from "./words.ts";

export const SECTIONS = ["connections", "workflows", "look", "data"] as const;
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

/** Says whether the picture of a connection lags: nothing where it is as fresh as its cadence allows. */
export function lagOf({ lag_seconds: lag }: Pick<Connection, "lag_seconds">): string | undefined {
  return lag === null || lag < 60 ? undefined : words.behind(span(lag * 1000));
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
