import { Search } from "lucide-react";
import type { ComponentProps } from "react";
import { useKeyOf } from "../lib/keys.ts";
import { classes } from "./classes.ts";
import s from "./search-box.module.css";

interface Props extends Omit<ComponentProps<"input">, "type" | "value" | "onChange"> {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** The command that leads here, by its id. */
  command: string;
}

/** A field to search or to filter in. */
export function SearchBox({ label, onChange, command, className, ...rest }: Props) {
  return (
    <div className={classes(s.box, className)}>
      <Search aria-hidden="true" />
      <input
        {...rest}
        type="search"
        aria-label={label}
        aria-keyshortcuts={useKeyOf(command)}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
