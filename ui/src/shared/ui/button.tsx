import { type ComponentProps, type ReactNode, useId } from "react";
import { ariaKey, useKeyOf } from "../lib/keys.ts";
import s from "./button.module.css";
import { classes } from "./classes.ts";
import { KeyCap } from "./key-cap.tsx";

interface Props extends Omit<ComponentProps<"button">, "disabled"> {
  look?: "primary" | "plain" | "quiet" | "danger";
  icon?: ReactNode;
  /** The command that does the same, by its id: its key is shown on the button. */
  command?: string | undefined;
  /** Why it cannot be pressed now. The button stays visible and can be focused, so that this can be read. */
  why?: string | undefined;
}

export function Button({ look = "plain", icon, command, why, children, className, onClick, ...rest }: Props) {
  const reason = useId();
  const key = useKeyOf(command);
  return (
    <>
      <button
        type="button"
        {...rest}
        className={classes(s.button, s[look], className)}
        aria-disabled={why ? true : undefined}
        aria-describedby={why ? reason : rest["aria-describedby"]}
        aria-keyshortcuts={key ? ariaKey(key) : rest["aria-keyshortcuts"]}
        title={why ?? rest.title}
        onClick={why ? undefined : onClick}
      >
        {icon}
        {children}
        {key && <KeyCap of={key} className={s.key} />}
      </button>
      {why && (
        <span id={reason} className="hidden-text">
          {why}
        </span>
      )}
    </>
  );
}

interface IconButtonProps extends Omit<Props, "children" | "icon"> {
  label: string;
  children: ReactNode;
}

/** A button whose picture is all that is seen; its label is spoken and shown as a tooltip. */
export function IconButton({ label, children, className, ...rest }: IconButtonProps) {
  return (
    <Button look="quiet" {...rest} aria-label={label} title={label} className={classes(s.icon, className)}>
      {children}
    </Button>
  );
}
