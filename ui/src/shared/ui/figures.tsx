import { exactTime, formatMoney, formatSums, type Money, shortTime, UNKNOWN } from "../lib/format.ts";
import { present, useNow } from "../lib/now.ts";
import { useShop } from "../lib/shop.ts";

/** An amount, exact, in its own currency. */
export function Amount({ of }: { of: Money | null | undefined }) {
  const { locale } = useShop();
  return <>{formatMoney(of, locale)}</>;
}

/** Sums per currency, as the core added them. */
export function Sums({ of }: { of: readonly Money[] }) {
  const { locale } = useShop();
  return <>{formatSums(of, locale)}</>;
}

/** A moment: relative under a day, exact in the tooltip and for screen readers. */
export function When({ at, className }: { at: string | null | undefined; className?: string | undefined }) {
  const shop = useShop();
  const beat = useNow(10_000);
  if (!at) return <>{UNKNOWN}</>;
  // What happened since the last beat is not in the future.
  const now = Date.parse(at) > beat ? present() : beat;
  const exact = exactTime(at, shop);
  return (
    <time dateTime={at} title={exact} className={className}>
      <span aria-hidden="true">{shortTime(at, now, shop)}</span>
      <span className="hidden-text">{exact}</span>
    </time>
  );
}
