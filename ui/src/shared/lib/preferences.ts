import { useSyncExternalStore } from "react";
import * as v from "valibot";

/** How this window looks and listens. Kept in the window's own storage: it is about a screen, not the shop. */
export interface Preferences {
  theme: "system" | "light" | "dark";
  density: "compact" | "normal" | "roomy";
  /** Whether keys without a modifier do anything. */
  singleKeys: boolean;
  /** Keys a person chose instead of ours, by command id; `null` switches a command's key off. */
  keys: Record<string, string | null>;
}

const NAME = "fermata.preferences";

const FIRST: Preferences = { theme: "system", density: "normal", singleKeys: true, keys: {} };

const Stored = v.object({
  theme: v.fallback(v.picklist(["system", "light", "dark"]), FIRST.theme),
  density: v.fallback(v.picklist(["compact", "normal", "roomy"]), FIRST.density),
  singleKeys: v.fallback(v.boolean(), FIRST.singleKeys),
  keys: v.fallback(v.record(v.string(), v.nullable(v.string())), FIRST.keys),
});

/** Reads what was stored; what an older window or a stray hand left there is as if it were not. */
export function parsePreferences(text: string | null): Preferences {
  try {
    return v.parse(Stored, JSON.parse(text ?? "{}"));
  } catch {
    return FIRST;
  }
}

let current: Preferences | undefined;
const listeners = new Set<() => void>();

export function readPreferences(): Preferences {
  current ??= parsePreferences(localStorage.getItem(NAME));
  return current;
}

export function changePreferences(change: Partial<Preferences>): void {
  current = { ...readPreferences(), ...change };
  localStorage.setItem(NAME, JSON.stringify(current));
  applyLook(current);
  for (const tell of listeners) tell();
}

/** Puts theme and density on the document, where `tokens.css` reads them. */
export function applyLook({ theme, density }: Preferences): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  root.dataset.density = density;
}

function listen(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(listen, readPreferences);
}
