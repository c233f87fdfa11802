import { keyText } from "../lib/keys.ts";
import { classes } from "./classes.ts";

/** A key as it stands on the keyboard. Screen readers hear of it through `aria-keyshortcuts`. */
export function KeyCap({ of, className }: { of: string; className?: string | undefined }) {
  return (
    <span aria-hidden="true" className={classes("key-cap", className)}>
      {keyText(of)}
    </span>
  );
}
