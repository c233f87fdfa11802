import { X } from "lucide-react";
import { Link } from "wouter";
import type { TimelineEvent } from "../../../generated/commands.ts";
import { exactTime, formatMoney, plainStatus } from "../../../shared/lib/format.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { IconButton } from "../../../shared/ui/button.tsx";
import { PlatformRecord } from "../../../shared/ui/record.tsx";
import { words as sharedWords } from "../../../shared/ui/words.ts";
import { words } from "../words.ts";
import s from "./event-detail.module.css";

/** One event in full, with the record it was made of. */
export function EventDetail({ event, onClose }: { event: TimelineEvent; onClose: () => void }) {
  const shop = useShop();
  return (
    <aside className={s.detail} aria-label={words.detail}>
      <header className={s.head}>
        <h2>{words.events[event.kind] ?? event.kind}</h2>
        <IconButton label={words.detailClose} onClick={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </header>
      <p className={s.title}>
        {event.title}
        {event.amount && ` · ${formatMoney(event.amount, shop.locale)}`}
      </p>
      {event.detail && <p className={s.text}>{plainStatus(event.detail)}</p>}
      <dl className={s.facts}>
        <dt>{words.happened}</dt>
        <dd>{exactTime(event.at, shop)}</dd>
        <dt>{words.learnedAt}</dt>
        <dd>{exactTime(event.learned_at, shop)}</dd>
        <dt>{words.source}</dt>
        <dd>{event.source}</dd>
      </dl>
      {event.proposal !== null && (
        <Link href={`/approvals/waiting/${event.proposal}`}>{words.openProposal}</Link>
      )}
      {event.record === null ? (
        <p className={s.quiet}>{words.noRecord}</p>
      ) : (
        <section aria-label={sharedWords.record}>
          <h3>{sharedWords.record}</h3>
          <PlatformRecord id={event.record} />
        </section>
      )}
    </aside>
  );
}
