import { classes } from "./classes.ts";
import s from "./state-mark.module.css";

/** How a state is painted. Amber is for held alone. */
export type Tone = "held" | "going" | "done" | "failed" | "unknown" | "quiet";

/** A state as shape and text, never colour alone. */
export function StateMark({
  glyph,
  tone,
  children,
}: {
  glyph: string;
  tone: Tone;
  children: React.ReactNode;
}) {
  return (
    <span className={classes(s.mark, s[tone])}>
      <span className={s.glyph} aria-hidden="true">
        {glyph}
      </span>
      <span>{children}</span>
    </span>
  );
}
