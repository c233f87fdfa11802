import type { Alert, Figure, FigureValue, Today } from "../../generated/commands.ts";
import { formatCount, formatMoney, span } from "../../shared/lib/format.ts";

/** One line of what needs a person. */
export type Need =
  | { kind: "approvals"; key: string; link: string }
  | { kind: "doubt"; key: string; link: string }
  | { kind: "alert"; key: string; link: string | undefined; alert: Alert };

/** Ranks what needs a person by what leaving it costs: lost answers, what is urgent, what waits, the rest. */
export function needs(today: Today): Need[] {
  const alert = (one: Alert): Need => ({
    kind: "alert",
    key: `alert-${one.id}`,
    link: one.link ?? undefined,
    alert: one,
  });
  const at = (level: Alert["level"]) => today.alerts.filter((one) => one.level === level).map(alert);
  return [
    ...(today.in_doubt.count > 0
      ? [{ kind: "doubt", key: "doubt", link: "/approvals/in_doubt" } as const]
      : []),
    ...at("urgent"),
    ...(today.waiting.count > 0
      ? [{ kind: "approvals", key: "approvals", link: "/approvals" } as const]
      : []),
    ...at("warning"),
    ...at("note"),
  ];
}

export function formatValue(value: FigureValue, locale?: string): string {
  if ("money" in value) return formatMoney(value.money, locale);
  if ("count" in value) return formatCount(value.count, locale);
  return span(value.seconds * 1000);
}

function numberOf(value: FigureValue): number {
  if ("money" in value) return value.money.minor;
  return "count" in value ? value.count : value.seconds;
}

/** Returns by what share a figure moved, or nothing where there is nothing to compare with. */
export function changeOf({ value, before }: Pick<Figure, "value" | "before">): number | undefined {
  if (!before) return undefined;
  if ("money" in value && "money" in before && value.money.currency !== before.money.currency)
    return undefined;
  const old = numberOf(before);
  return old === 0 ? undefined : (numberOf(value) - old) / Math.abs(old);
}

/** Gives a day's number the unit of its figure. */
export function dayValue(day: number, like: FigureValue): FigureValue {
  if ("money" in like) return { money: { minor: day, currency: like.money.currency } };
  return "count" in like ? { count: day } : { seconds: day };
}

/** Returns the points of a line through the days, in a box of 100 by 28; it begins at zero. */
export function sparkline(days: readonly number[]): string {
  const high = Math.max(1, ...days);
  const low = Math.min(0, ...days);
  return days
    .map((day, at) => {
      const x = days.length === 1 ? 50 : (at / (days.length - 1)) * 100;
      const y = 26 - ((day - low) / (high - low)) * 24;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
}
