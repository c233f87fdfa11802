import { Search } from "lucide-react";
import type { ComponentProps } from "react";
import { useKeyOf } from "../lib/keys.ts";
import { classes } from "./classes.ts";
import s from "./search-box.module.css";

interface Props extends Omit<ComponentProps<"input">, "type" | "value" | "onChange" | "onKeyDown"> {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** The command that leads here, by its id. */
  command: string;
  /** What keys do here besides writing, by their names; the others write. */
  keys: Readonly<Record<string, (() => void) | undefined>>;
}

/** A field to search or to filter in. */
export function SearchBox({ label, onChange, command, keys, className, ...rest }: Props) {
  return (
    <div className={classes(s.box, className)}>
      <Search aria-hidden="true" />
      <input
        {...rest}
        type="search"
        aria-label={label}
        aria-keyshortcuts={useKeyOf(command)}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          const does = keys[event.key];
          if (!does) return;
          event.preventDefault();
          does();
        }}
      />
    </div>
  );
}
