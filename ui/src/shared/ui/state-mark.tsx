import { classes } from "./classes.ts";
import s from "./state-mark.module.css";
import { type Tone, toneClass } from "./tones.ts";

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
    <span className={classes(s.mark, toneClass(tone))}>
      <span className={s.glyph} aria-hidden="true">
        {glyph}
      </span>
      <span>{children}</span>
    </span>
  );
}
