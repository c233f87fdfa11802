import type { AlertMove, Level, Role, Today } from "../../../generated/commands.ts";
import { age, formatMoney, formatSums, span } from "../../../shared/lib/format.ts";
import { useNow } from "../../../shared/lib/now.ts";
import { platformNames } from "../../../shared/lib/platforms.ts";
import { whyNot } from "../../../shared/lib/rights.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { classes } from "../../../shared/ui/classes.ts";
import { Cell } from "../../../shared/ui/grid.tsx";
import { toneClass } from "../../../shared/ui/tones.ts";
import type { Need } from "../logic.ts";
import { words } from "../words.ts";
import s from "./need-row.module.css";

const glyphs: Record<Level, string> = { note: "i", warning: "!", urgent: "!!" };

interface Props {
  need: Need;
  today: Today;
  role: Role;
  onOpen: () => void;
  onMove: (move: AlertMove) => void;
}

/** One thing to do: what, since when, what it costs, and the one next step. */
export function NeedRow({ need, today, role, onOpen, onMove }: Props) {
  const { locale } = useShop();
  const now = useNow();
  if (need.kind !== "alert") {
    const sum = need.kind === "approvals" ? today.waiting : today.in_doubt;
    const detail =
      need.kind === "doubt"
        ? words.doubtDetail
        : [
            today.oldest_waiting && words.approvalsDetail(age(today.oldest_waiting, now)),
            today.next_deadline &&
              words.approvalsDue(span(Math.max(0, Date.parse(today.next_deadline) - now))),
          ]
            .filter(Boolean)
            .join(" · ");
    return (
      <>
        <Cell className={classes(s.sign, toneClass(need.kind === "doubt" ? "unknown" : "held"))}>
          <span aria-hidden="true">{need.kind === "doubt" ? "?" : "◌"}</span>
        </Cell>
        <Cell>
          <div className={s.title}>
            {need.kind === "doubt" ? words.doubt(sum.count) : words.approvals(sum.count)}
          </div>
        </Cell>
        <Cell className={s.detail}>{detail}</Cell>
        <Cell className={s.money}>{sum.amounts.length > 0 && formatSums(sum.amounts, locale)}</Cell>
        <Cell className={s.actions}>
          <Button tabIndex={-1} onClick={onOpen}>
            {words.open}
          </Button>
        </Cell>
      </>
    );
  }
  const { alert } = need;
  const why = whyNot(role, "alerts_act");
  const detail = [
    alert.platform && platformNames[alert.platform],
    `${words.lasts} ${age(alert.since, now)}`,
    alert.owner && words.owner(alert.owner),
    // Two sentences.
    [alert.cause, alert.next_step].filter(Boolean).join(" "),
  ]
    .filter(Boolean)
    .join(" · ");
  return (
    <>
      <Cell className={classes(s.sign, toneClass(alert.level === "urgent" ? "failed" : "quiet"))}>
        <span aria-hidden="true">{glyphs[alert.level]}</span>
        <span className="hidden-text">{words.levels[alert.level]}</span>
      </Cell>
      <Cell>
        <div className={s.title}>{alert.title}</div>
      </Cell>
      <Cell className={s.detail}>
        <span title={detail}>{detail}</span>
      </Cell>
      <Cell className={s.money}>{alert.money && formatMoney(alert.money, locale)}</Cell>
      <Cell className={s.actions}>
        {!alert.owner && (
          <Button look="quiet" tabIndex={-1} why={why} onClick={() => onMove("mine")}>
            {words.mine}
          </Button>
        )}
        <Button look="quiet" tabIndex={-1} why={why} onClick={() => onMove("snooze")}>
          {words.snooze}
        </Button>
        <Button look="quiet" tabIndex={-1} why={why} onClick={() => onMove("done")}>
          {words.done}
        </Button>
        {need.link && (
          <Button tabIndex={-1} onClick={onOpen}>
            {words.open}
          </Button>
        )}
      </Cell>
    </>
  );
}
