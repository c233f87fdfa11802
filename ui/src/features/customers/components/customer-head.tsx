import { ArrowLeft } from "lucide-react";
import { Link } from "wouter";
import type { Customer, Level } from "../../../generated/commands.ts";
import { formatSums } from "../../../shared/lib/format.ts";
import { platformNames } from "../../../shared/lib/platforms.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { When } from "../../../shared/ui/figures.tsx";
import { toneClass } from "../../../shared/ui/tones.ts";
import { words } from "../words.ts";
import s from "./customer-head.module.css";

const signs: Record<Level, string> = { note: "", warning: "!", urgent: "!!" };

/** The way back to the list; there also while nothing is known of the customer. */
export function Back() {
  return (
    <Link href="/customers" className={s.back}>
      <ArrowLeft aria-hidden="true" /> {words.back}
    </Link>
  );
}

/** Who it is, why these records are one person, and what is going on now. */
export function CustomerHead({
  customer,
  why,
  onWhy,
}: {
  customer: Customer;
  why: boolean;
  onWhy: () => void;
}) {
  const { locale } = useShop();
  const { row, identities, now, proposals, marketing_held: held } = customer;
  return (
    <header className={s.head}>
      <div className={s.line}>
        <h1>{row.name}</h1>
        <p className={s.facts}>
          {[
            row.email !== row.name && row.email,
            words.orderCount(row.orders),
            row.spent.length > 0 && words.spentSum(formatSums(row.spent, locale)),
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
        <Button look="quiet" command="customer.why" aria-expanded={why} onClick={onWhy}>
          {words.identities(identities.length)}
        </Button>
        {proposals[0] !== undefined && (
          <Link href={`/approvals/waiting/${proposals[0]}`} className={s.proposal}>
            {words.proposals(proposals.length)}
          </Link>
        )}
      </div>
      <div className={s.now}>
        <b>{words.now}</b>
        {now.length === 0 && !held && <span className={toneClass("quiet")}>{words.calm}</span>}
        {now.map((fact) => (
          <span key={`${fact.source} ${fact.text}`} className={s.fact}>
            {signs[fact.level] && (
              <b className={fact.level === "urgent" ? toneClass("failed") : undefined} aria-hidden="true">
                {signs[fact.level]}
              </b>
            )}
            {fact.text}
            <span className={s.source}>
              {fact.source}, <When at={fact.at} />
            </span>
          </span>
        ))}
        {held && (
          <span className={toneClass("held")}>
            {words.held} {held}
          </span>
        )}
      </div>
      {why && (
        <section className={s.why} aria-label={words.whyTitle}>
          <ul>
            {identities.map((identity) => (
              <li key={identity.id}>
                <b>{platformNames[identity.platform]}</b>
                <span>
                  {[identity.name, ...identity.contacts, identity.external_id && `#${identity.external_id}`]
                    .filter(Boolean)
                    .join(" · ")}
                </span>
                <span className={s.reasons}>
                  {identity.reasons.length === 0 ? words.whyFirst : identity.reasons.join("; ")}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </header>
  );
}
