import { useSyncExternalStore } from "react";

// The practice store has a time of its own, and a laptop's clock may be wrong: the core's present counts.
let ahead = 0;

/** Tells the window what the core's present is at this moment. */
export function setPresent(now: string): void {
  const at = Date.parse(now);
  if (!Number.isNaN(at)) ahead = at - Date.now();
}

/** Returns the core's present. */
export function present(): number {
  return Date.now() + ahead;
}

interface Beat {
  subscribe: (tell: () => void) => () => void;
  read: () => number;
}

function makeBeat(every: number): Beat {
  let now = present();
  let timer: ReturnType<typeof setInterval> | undefined;
  const listeners = new Set<() => void>();
  return {
    // One function for all time: a new one on each paint would subscribe anew, and move the time,
    // and paint again.
    subscribe(tell) {
      if (listeners.size === 0) {
        now = present();
        timer = setInterval(() => {
          now = present();
          for (const each of listeners) each();
        }, every);
      }
      listeners.add(tell);
      return () => {
        listeners.delete(tell);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
    read: () => now,
  };
}

const beats = new Map<number, Beat>();

/** Returns the core's present, repainted every `every` milliseconds; one timer serves all that ask alike. */
export function useNow(every: 1_000 | 10_000 | 60_000 = 10_000): number {
  let beat = beats.get(every);
  if (!beat) {
    beat = makeBeat(every);
    beats.set(every, beat);
  }
  return useSyncExternalStore(beat.subscribe, beat.read);
}
