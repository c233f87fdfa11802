import { useSyncExternalStore } from "react";
import type { Tab } from "../../generated/commands.ts";

/** A decision that failed when the person who made it was elsewhere. */
export interface Missed {
  id: number;
  tab: Tab;
  /** What it was about, and what went wrong. */
  said: string;
}

let missed: readonly Missed[] = [];
const listeners = new Set<() => void>();

function change(next: readonly Missed[]) {
  missed = next;
  for (const tell of listeners) tell();
}

const others = (id: number) => missed.filter((one) => one.id !== id);

/** Keeps what went wrong on screen, in every place, until somebody has seen it. */
export const noteMissed = (one: Missed): void => change([...others(one.id), one]);

/** Takes it off the screen. */
export const forgetMissed = (id: number): void => change(others(id));

/** What failed while nobody was there to see it, the oldest first. */
export function useMissed(): readonly Missed[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => missed,
  );
}
