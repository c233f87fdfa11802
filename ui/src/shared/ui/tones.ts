import s from "./tones.module.css";

/** How a state is painted. Amber is for held alone. */
export type Tone = "held" | "going" | "done" | "failed" | "unknown" | "quiet";

/** The class that paints a sign in its tone. */
export function toneClass(tone: Tone): string | undefined {
  return s[tone];
}
