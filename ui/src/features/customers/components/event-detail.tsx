import { X } from "lucide-react";
import { Link } from "wouter";
import type { TimelineEvent } from "../../../generated/commands.ts";
import { exactTime, formatMoney, plainStatus } from "../../../shared/lib/format.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Answer } from "../../../shared/ui/answer.tsx";
import { IconButton } from "../../../shared/ui/button.tsx";
import { Loading } from "../../../shared/ui/notice.tsx";
import { useRecord } from "../api.ts";
import { readable } from "../logic.ts";
import { words } from "../words.ts";
import s from "./event-detail.module.css";

/** One event in full, with the record it was made of. */
export function EventDetail({ event, onClose }: { event: TimelineEvent; onClose: () => void }) {
  const shop = useShop();
  const record = useRecord(event.record);
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
        <Answer query={record} compact loading={<Loading label={words.recordReading} rows={4} />}>
          {(data) => (
            <section aria-label={words.record}>
              <h3>{words.record}</h3>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
              <pre className={s.raw} tabIndex={0}>
                {data.raw === null ? words.recordGone : readable(data.raw)}
              </pre>
            </section>
          )}
        </Answer>
      )}
    </aside>
  );
}
