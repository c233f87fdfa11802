/** An amount as the core sends it: whole minor units and an ISO 4217 code. */
export interface Money {
  minor: number;
  currency: string;
}

/** Where and in what words figures are shown: the shop's time zone, the person's language. */
export interface Place {
  locale: string | undefined;
  timeZone: string | undefined;
}

/**
 * The first of the person's languages that this engine can format in, or the engine's own.
 *
 * A desktop without a language set calls it `C`, which is no language tag and makes `Intl` throw;
 * the engine then falls back to a POSIX variant without thousands, so only language, script and
 * region are kept.
 */
export function usableLocale(languages: readonly string[]): string {
  const found = languages.find((language) => {
    try {
      return Intl.NumberFormat.supportedLocalesOf(language).length > 0;
    } catch {
      return false;
    }
  });
  const { language, script, region } = new Intl.Locale(
    found ?? new Intl.NumberFormat().resolvedOptions().locale,
  );
  return [language, script, region].filter(Boolean).join("-");
}

/** What stands for a figure nobody knows. Zero is not unknown. */
export const UNKNOWN = "–";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const made = new Map<string, unknown>();

/** Formatters are dear to make and the same few are asked for on every row. */
function once<T>(key: string, make: () => T): T {
  const found = made.get(key);
  if (found !== undefined) return found as T;
  const fresh = make();
  made.set(key, fresh);
  return fresh;
}

const DIGITS = new Map<string, number>(
  (
    [
      [0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"],
      [0, "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"],
      [3, "BHD IQD JOD KWD LYD OMR TND"],
      [4, "CLF UYW"],
    ] as const
  ).flatMap(([digits, codes]) => codes.split(" ").map((code) => [code, digits] as const)),
);

/**
 * Returns how many digits the currency's minor unit has: 2 for EUR, 0 for JPY, 3 for KWD.
 *
 * By ISO 4217, as the core counts. An engine's own figures are by use: Chromium gives HUF, COP and
 * PKR none, which would make an amount a hundred times as large.
 */
export function digitsOf(currency: string): number {
  return DIGITS.get(currency) ?? 2;
}

function currencyFormat(currency: string, locale: string | undefined): Intl.NumberFormat {
  const digits = digitsOf(currency);
  return once(
    `money ${currency} ${locale}`,
    () =>
      new Intl.NumberFormat(locale, {
        style: "currency",
        currency,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
  );
}

/** Writes minor units as an exact decimal in major units, such as `-3.20`. */
export function decimalOf({ minor, currency }: Money): string {
  const digits = digitsOf(currency);
  const sign = minor < 0 ? "-" : "";
  const text = String(Math.abs(minor)).padStart(digits + 1, "0");
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Formats an amount in the person's language, from its exact decimal. */
export function formatMoney(money: Money | null | undefined, locale?: string): string {
  if (!money) return UNKNOWN;
  const decimal = decimalOf(money) as `${number}`;
  return currencyFormat(money.currency, locale).format(decimal);
}

/** Formats sums of several currencies beside one another; they are never added. */
export function formatSums(sums: readonly Money[], locale?: string): string {
  return sums.length === 0 ? UNKNOWN : sums.map((sum) => formatMoney(sum, locale)).join(" + ");
}

/**
 * Reads a number as a person of this language types it, such as `1.204,50` in German, as a plain
 * decimal: `1204.50`. Nothing if it is no number, or below zero.
 *
 * The signs are those that the language writes amounts of this currency with.
 */
export function parseDecimal(text: string, locale?: string, currency = "EUR"): string | undefined {
  const parts = once(
    `parts ${currency} ${locale}`,
    () => new Intl.NumberFormat(locale, { style: "currency", currency, minimumFractionDigits: 2 }),
  ).formatToParts("12345.67" as unknown as number);
  const decimal = parts.find((part) => part.type === "decimal")?.value ?? ".";
  const group = parts.find((part) => part.type === "group")?.value ?? "";
  let plain = text.trim().replace(/\p{Sc}|[\s\u00a0\u202f']|[A-Z]{3}/gu, "");
  if (group && plain.includes(group)) {
    // A group sign is only believed where a group can stand: 1.50 must not become 150.
    const shape = new RegExp(`^\\d{1,3}(\\${group}\\d{3})+(\\${decimal}\\d*)?$`);
    if (!shape.test(plain)) return undefined;
    plain = plain.replaceAll(group, "");
  }
  const shape = /^(\d+)(?:\.(\d*))?$/.exec(plain.replace(decimal, "."));
  if (!shape) return undefined;
  return shape[2] ? `${shape[1]}.${shape[2]}` : shape[1];
}

/** Writes a plain decimal as a person of this language would type it, with as many digits. */
export function decimalText(decimal: string, locale?: string): string {
  const digits = decimal.split(".")[1]?.length ?? 0;
  const format = once(
    `decimal ${digits} ${locale}`,
    () =>
      new Intl.NumberFormat(locale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        useGrouping: false,
      }),
  );
  return format.format(decimal as `${number}`);
}

/** Reads an amount as a person types it. Nothing if it is none, or finer than the minor unit. */
export function parseAmount(text: string, currency: string, locale?: string): Money | undefined {
  const [whole, fraction = ""] = parseDecimal(text, locale, currency)?.split(".") ?? [];
  const digits = digitsOf(currency);
  if (whole === undefined || fraction.length > digits) return undefined;
  const minor = Number(whole + fraction.padEnd(digits, "0"));
  return Number.isSafeInteger(minor) ? { minor, currency } : undefined;
}

/** Writes an amount as a person of this language would type it, without the currency. */
export function amountText(money: Money, locale?: string): string {
  return decimalText(decimalOf(money), locale);
}

export function formatCount(count: number | null | undefined, locale?: string): string {
  if (count === null || count === undefined) return UNKNOWN;
  return once(`count ${locale}`, () => new Intl.NumberFormat(locale)).format(count);
}

export function formatShare(share: number | null | undefined, locale?: string): string {
  if (share === null || share === undefined) return UNKNOWN;
  return once(
    `share ${locale}`,
    () => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }),
  ).format(share);
}

/** Writes a moment in full, in the shop's time zone: for tooltips and screen readers. */
export function exactTime(at: string, place: Place): string {
  return once(
    `exact ${place.locale} ${place.timeZone}`,
    () =>
      new Intl.DateTimeFormat(place.locale, {
        dateStyle: "full",
        timeStyle: "long",
        timeZone: place.timeZone,
      }),
  ).format(new Date(at));
}

/** Writes the time of day, `09:12`. */
export function clockTime(at: string, place: Place): string {
  return once(
    `clock ${place.locale} ${place.timeZone}`,
    () =>
      new Intl.DateTimeFormat(place.locale, {
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
        timeZone: place.timeZone,
      }),
  ).format(new Date(at));
}

/** Writes the day, `14 Nov`, with the year where it is not `now`'s. */
export function dayOf(at: string, now: number, place: Place): string {
  const year = (moment: Date) =>
    once(
      `year ${place.timeZone}`,
      () => new Intl.DateTimeFormat("en", { year: "numeric", timeZone: place.timeZone }),
    ).format(moment);
  const moment = new Date(at);
  const other = year(moment) !== year(new Date(now));
  return once(
    `day ${other} ${place.locale} ${place.timeZone}`,
    () =>
      new Intl.DateTimeFormat(place.locale, {
        day: "numeric",
        month: "short",
        ...(other ? { year: "numeric" } : {}),
        timeZone: place.timeZone,
      }),
  ).format(moment);
}

/** Writes a moment as a person says it: `2 min ago` under a day, then `14 Nov 09:12`. */
export function shortTime(at: string, now: number, place: Place): string {
  const past = now - Date.parse(at);
  if (Number.isNaN(past)) return UNKNOWN;
  if (Math.abs(past) < DAY) return relative(-past);
  return `${dayOf(at, now, place)} ${clockTime(at, place)}`;
}

function relative(ms: number): string {
  // Two clocks differ by a little: what was just read is not in the future.
  if (ms > -1_000 && ms < 5_000) return "now";
  return ms < 0 ? `${span(-ms)} ago` : `in ${span(ms)}`;
}

/** Tells whether two moments are one: the core writes the same one down finer or coarser. */
export function sameTime(one: string, other: string | undefined): boolean {
  return other !== undefined && Date.parse(one) === Date.parse(other);
}

/** Writes an age for a dense row: `40 s`, `5 min`, `2 h`, `3 d`. */
export function age(at: string, now: number): string {
  return span(Math.max(0, now - Date.parse(at)));
}

/** Writes a length of time in its largest whole unit: `40 s`, `5 min`, `2 h`, `3 d`. */
export function span(ms: number): string {
  if (Number.isNaN(ms)) return UNKNOWN;
  if (ms < MINUTE) return `${Math.floor(ms / 1000)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** Writes what is left of a short wait: `0:24`, `9:05`. Never negative. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Writes a vendor's own status so that it can be read: `IN_TRANSIT` and `in_transit` become `in transit`. */
export function plainStatus(text: string): string {
  return /^([A-Z]+(_[A-Z]+)*|[a-z]+(_[a-z]+)+)$/.test(text) ? text.toLowerCase().replaceAll("_", " ") : text;
}

/** Words of one thing in its plural forms; `#` is where the count goes. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Chooses the form for a count by the language's own rules. */
export function plural(count: number, forms: Plural, locale?: string): string {
  const rules = once(`plural ${locale}`, () => new Intl.PluralRules(locale ?? "en"));
  return (forms[rules.select(count)] ?? forms.other).replace("#", formatCount(count, locale));
}
