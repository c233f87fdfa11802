import { Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import s from "./undo-bar.module.css";
import { words } from "./words.ts";

interface Props {
  /** What was decided: "12 approved · 511.20 €". */
  children: ReactNode;
  /** When the first of it leaves, as text that counts down. */
  leaves: ReactNode;
  count: string;
  /** Why this person may not undo. */
  why?: string | undefined;
  onUndo: () => void;
  onUndoAll?: (() => void) | undefined;
}

/**
 * What can still be taken back, in every place.
 *
 * The time counts down in text; screen readers hear of it once, when something is decided.
 */
export function UndoBar({ children, leaves, count, why, onUndo, onUndoAll }: Props) {
  return (
    <section className={s.bar} aria-label={words.undo}>
      <Undo2 aria-hidden="true" />
      <p className={s.text}>
        {children} · <span aria-live="off">{leaves}</span>
      </p>
      <Button command="approvals.undo" why={why} onClick={onUndo}>
        {words.undo}
      </Button>
      {onUndoAll && (
        <Button look="quiet" command="approvals.undo_all" why={why} onClick={onUndoAll}>
          {words.undoAll(count)}
        </Button>
      )}
    </section>
  );
}
