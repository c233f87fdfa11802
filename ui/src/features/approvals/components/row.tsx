import { Link2 } from "lucide-react";
import { memo } from "react";
import type { Card } from "../../../generated/commands.ts";
import { age } from "../../../shared/lib/format.ts";
import { useNow } from "../../../shared/lib/now.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Cell } from "../../../shared/ui/grid.tsx";
import { StateMark } from "../../../shared/ui/state-mark.tsx";
import { isOpen, stateLine, whatOf } from "../logic.ts";
import { words } from "../words.ts";
import s from "./row.module.css";

interface Props {
  card: Card;
  selected: boolean;
  /** Belongs to a plan with other rows. */
  planned: boolean;
  /** What to say instead of the state, such as when it asks again. */
  note: string | undefined;
  onSelect: (id: number) => void;
}

/** A proposal as a row: what, whom, since when; below it why, or where it stands. */
export const Row = memo(function Row({ card, selected, planned, note, onSelect }: Props) {
  const { locale } = useShop();
  const now = useNow(card.state === "approved" ? 1_000 : 10_000);
  const line = stateLine(card, now);
  const open = isOpen(card) && note === undefined;
  return (
    <>
      <Cell className={s.check}>
        <span
          className={s.box}
          data-on={selected || undefined}
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            onSelect(card.id);
          }}
        />
      </Cell>
      <Cell className={s.main}>
        <div className={s.first}>
          <strong className={s.what}>{whatOf(card, locale)}</strong>
          <span className={s.who}>{card.customer_name || card.target.label}</span>
          {planned && (
            <span className={s.plan} title={words.planned}>
              <Link2 aria-hidden="true" />
              <span className="hidden-text">{words.planned}</span>
            </span>
          )}
          <span className={s.age}>{age(card.made_at, now)}</span>
        </div>
        <div className={s.second}>
          {!open ? (
            note ? (
              <span className={s.note}>{note}</span>
            ) : (
              <StateMark glyph={line.glyph} tone={line.tone}>
                {line.text}
              </StateMark>
            )
          ) : card.warnings[0] ? (
            <span className={s.warning}>
              <b aria-hidden="true">!</b> {card.warnings.join(" · ")}
            </span>
          ) : (
            card.why
          )}
        </div>
      </Cell>
    </>
  );
});
