import type { EventKind } from "../../../generated/commands.ts";
import { clockTime, dayOf, exactTime, formatMoney, plainStatus, span } from "../../../shared/lib/format.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { classes } from "../../../shared/ui/classes.ts";
import { Cell } from "../../../shared/ui/grid.tsx";
import { type Line, lateness } from "../logic.ts";
import { words } from "../words.ts";
import s from "./event-row.module.css";

interface Props {
  line: Line;
  /** From when on we listened, so that a late arrival can be told from old history. */
  since: number;
  now: number;
  /** Leaves out where it comes from, to make room. */
  narrow: boolean;
}

/** One line of the timeline: when, what, its words, where from. */
export function EventRow({ line, since, now, narrow }: Props) {
  const shop = useShop();
  const { event, folded } = line;
  const late = lateness(event, since);
  return (
    <>
      <Cell className={s.day}>
        <span className={line.opensDay ? undefined : "hidden-text"}>{dayOf(event.at, now, shop)}</span>
      </Cell>
      <Cell className={s.time}>
        <time dateTime={event.at} title={exactTime(event.at, shop)}>
          {clockTime(event.at, shop)}
        </time>
      </Cell>
      <Cell className={classes(s.kind, toneOf(event.kind))}>{words.events[event.kind] ?? event.kind}</Cell>
      <Cell className={s.main}>
        <div className={s.title}>
          {event.title}
          {folded.length > 0 && <span className={s.quiet}> · {words.folded(folded.length)}</span>}
          {late !== undefined && <span className={s.quiet}> · {words.learned(span(late))}</span>}
        </div>
        {event.detail && event.detail !== event.title && (
          <div className={s.detail}>{plainStatus(event.detail)}</div>
        )}
      </Cell>
      <Cell className={s.amount}>{event.amount && formatMoney(event.amount, shop.locale)}</Cell>
      {!narrow && <Cell className={s.source}>{event.source}</Cell>}
    </>
  );
}

/** The mark before a kind; its word is what says it. */
function toneOf(kind: EventKind): string | undefined {
  if (kind.startsWith("ours.")) return s.ours;
  if (kind.startsWith("order.") || kind.startsWith("cart.")) return s.order;
  if (kind.startsWith("parcel.")) return s.parcel;
  if (kind.startsWith("mail.")) return s.mail;
  return s.talk;
}
