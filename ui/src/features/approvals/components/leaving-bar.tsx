import { memo, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import type { Card, Role } from "../../../generated/commands.ts";
import type { Problem } from "../../../shared/host/index.ts";
import { toProblem } from "../../../shared/host/index.ts";
import { useCommands } from "../../../shared/lib/commands.ts";
import { countdown, formatCount, formatSums } from "../../../shared/lib/format.ts";
import { useNow } from "../../../shared/lib/now.ts";
import { whyNot } from "../../../shared/lib/rights.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { announce } from "../../../shared/ui/live.tsx";
import { Failed } from "../../../shared/ui/notice.tsx";
import { UndoBar } from "../../../shared/ui/undo-bar.tsx";
import { useApprovals, useUndo } from "../api.ts";
import { type Arrivals, arrivals, nextToLeave, undoable } from "../logic.ts";
import { forgetMissed, useMissed } from "../missed.ts";
import { words } from "../words.ts";
import s from "./leaving-bar.module.css";

interface Props {
  role: Role;
  /** How many actions are in doubt. */
  inDoubt: number;
}

/**
 * What was approved and has not left: shown in every place, with the time that is left to take it back.
 * Also what failed meanwhile, until it is seen.
 */
export const LeavingBar = memo(function LeavingBar({ role, inDoubt }: Props) {
  useDoubtAlarm(inDoubt);
  const why = whyNot(role, "approvals_undo");
  const leaving = useApprovals("leaving");
  const undo = useUndo();
  const missed = useMissed();
  const [late, setLate] = useState<string>();
  // Several may be on their way at once: what the last one came to says nothing about the others.
  const [failed, setFailed] = useState<{ problem: Problem; names: readonly string[] }>();
  const [arrived, setArrived] = useState<Arrivals>(new Map());
  const found = arrivals(arrived, leaving.data?.cards ?? []);
  if (found !== arrived) setArrived(found);
  const cards = undoable(leaving.data?.cards ?? [], found);
  const last = cards[0];

  // What was asked back already, each as it was approved: the next key is about the next one, also
  // while the core has not answered.
  const asked = useRef(new Set<string>());
  const nameOf = ({ id, version }: Card) => `${id} ${version}`;
  const left = () => cards.filter((card) => !asked.current.has(nameOf(card)));

  const take = async (wanted: readonly Card[]) => {
    setLate(undefined);
    setFailed(undefined);
    if (wanted.length === 0) {
      announce(words.undoneNothing);
      return;
    }
    const names = wanted.map(nameOf);
    for (const name of names) asked.current.add(name);
    try {
      const { held, too_late } = await undo.mutateAsync({ ids: wanted.map((card) => card.id) });
      if (held.length > 0) announce(words.saidUndone(held.length));
      if (too_late.length > 0) {
        const said = too_late[0]?.message || words.tooLate;
        setLate(said);
        announce(said, "assertive");
      }
    } catch (failure) {
      // The problem stands above the bar; they can be asked back again.
      for (const name of names) asked.current.delete(name);
      setFailed((before) => ({ problem: toProblem(failure), names: [...(before?.names ?? []), ...names] }));
    }
  };
  const undoLast = () => void take(left().slice(0, 1));
  const undoAll = () => void take(left());
  const again = () => void take(left().filter((card) => failed?.names.includes(nameOf(card))));

  useCommands(
    [
      {
        id: "approvals.undo",
        title: words.undo,
        section: words.section,
        keys: ["u"],
        disabled: why,
        run: undoLast,
      },
      {
        id: "approvals.undo_all",
        title: words.undoAll,
        section: words.section,
        keys: ["Shift+U"],
        disabled: why,
        run: undoAll,
      },
      {
        id: "approvals.undo_anywhere",
        title: words.undo,
        section: words.section,
        keys: ["$mod+Shift+U"],
        disabled: why,
        everywhere: true,
        quiet: true,
        run: undoLast,
      },
    ],
    "window",
  );

  return (
    <>
      {late && (
        <div className={s.late}>
          <p role="status">{late}</p>
          <Button look="quiet" onClick={() => setLate(undefined)}>
            {words.seen}
          </Button>
        </div>
      )}
      {missed.map(({ id, tab, said }) => (
        <div key={id} className={s.late}>
          <p role="status">{said}</p>
          <Link href={`/approvals/${tab}/${id}`} onClick={() => forgetMissed(id)}>
            {words.show}
          </Link>
          <Button look="quiet" onClick={() => forgetMissed(id)}>
            {words.seen}
          </Button>
        </div>
      ))}
      {failed && <Failed compact problem={failed.problem} onRetry={again} />}
      {last && leaving.data && <Bar count={cards.length} why={why} onUndo={undoLast} onUndoAll={undoAll} />}
    </>
  );
});

interface BarProps {
  count: number;
  why: string | undefined;
  onUndo: () => void;
  onUndoAll: () => void;
}

function Bar({ count, why, onUndo, onUndoAll }: BarProps) {
  const { data } = useApprovals("leaving");
  const { locale } = useShop();
  const now = useNow(1_000);
  const first = nextToLeave(data?.cards ?? []);
  const held = first?.held_back !== null && first?.held_back !== undefined;
  const left = first?.leaves_at ? Date.parse(first.leaves_at) - now : 0;
  const total = data?.total;
  return (
    <UndoBar
      count={formatCount(count, locale)}
      why={why}
      leaves={held ? words.allHeldBack : words.firstLeaves(countdown(left))}
      onUndo={onUndo}
      onUndoAll={count > 1 ? onUndoAll : undefined}
    >
      {words.leaving(total?.count ?? count)}
      {total && total.amounts.length > 0 && words.sum(formatSums(total.amounts, locale))}
    </UndoBar>
  );
}

/** Money whose answer was lost is said at once, and only when there is more of it than before. */
function useDoubtAlarm(inDoubt: number) {
  const before = useRef(inDoubt);
  useEffect(() => {
    if (inDoubt > before.current) announce(words.saidInDoubt(inDoubt), "assertive");
    before.current = inDoubt;
  }, [inDoubt]);
}
