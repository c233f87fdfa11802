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

type Beat = { now: number; timer: ReturnType<typeof setInterval> | undefined; listeners: Set<() => void> };
const beats = new Map<number, Beat>();

/** Returns the core's present, repainted every `every` milliseconds; one timer serves all that ask alike. */
export function useNow(every: 1_000 | 10_000 | 60_000 = 10_000): number {
  let beat = beats.get(every);
  if (!beat) {
    beat = { now: present(), timer: undefined, listeners: new Set() };
    beats.set(every, beat);
  }
  const own = beat;
  return useSyncExternalStore(
    (tell) => {
      own.listeners.add(tell);
      own.now = present();
      own.timer ??= setInterval(() => {
        own.now = present();
        for (const each of own.listeners) each();
      }, every);
      return () => {
        own.listeners.delete(tell);
        if (own.listeners.size === 0) {
          clearInterval(own.timer);
          own.timer = undefined;
        }
      };
    },
    () => own.now,
  );
}
