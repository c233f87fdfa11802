/** When it is in the made-up shop, which is there for tests of the window alone. Nothing of it is shipped. */
export const NOW = Date.parse("2026-11-14T12:00:00Z");
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const iso = (ms: number) => new Date(ms).toISOString();
export const eur = (minor: number) => ({ minor, currency: "EUR" });
