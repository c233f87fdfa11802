import { type ReactNode, useId } from "react";
import { Switch as AriaSwitch } from "react-aria-components";
import { classes } from "./classes.ts";
import s from "./field.module.css";

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What to write here, below the label. */
  help?: ReactNode;
  /** What is wrong with what is written. */
  error?: string | undefined;
  type?: "text" | "password" | "url" | "email";
  multiline?: boolean;
  autoFocus?: boolean;
  placeholder?: string;
  inputMode?: "decimal" | "text";
  name?: string;
  className?: string | undefined;
}

/** A labelled text field with its help and its error. */
export function Field({
  label,
  value,
  onChange,
  help,
  error,
  multiline,
  type = "text",
  className,
  ...rest
}: FieldProps) {
  const id = useId();
  const common = {
    ...rest,
    id,
    value,
    className: s.input,
    "aria-invalid": error ? true : undefined,
    "aria-describedby":
      classes(help ? `${id}-help` : undefined, error ? `${id}-error` : undefined) || undefined,
    autoComplete: "off",
    spellCheck: multiline === true,
  } as const;
  return (
    <div className={classes(s.field, className)}>
      <label htmlFor={id}>{label}</label>
      {help && (
        <div id={`${id}-help`} className={s.help}>
          {help}
        </div>
      )}
      {multiline ? (
        <textarea {...common} rows={4} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input {...common} type={type} onChange={(event) => onChange(event.target.value)} />
      )}
      {error && (
        <p id={`${id}-error`} className={s.error}>
          {error}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
  hideLabel?: boolean;
  /** Why it cannot be changed now. */
  why?: string | undefined;
}

/** One of a few, all in sight: a row of radio buttons drawn as stops. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
  hideLabel,
  why,
}: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset className={s.choice} aria-describedby={why ? `${name}-why` : undefined}>
      <legend className={hideLabel ? "hidden-text" : undefined}>{label}</legend>
      <div className={s.stops}>
        {options.map((option) => (
          <label key={option.value} className={s.stop}>
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              disabled={why !== undefined}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      {why && (
        <p id={`${name}-why`} className={s.help}>
          {why}
        </p>
      )}
    </fieldset>
  );
}

/** On or off, at once. */
export function Switch({
  label,
  on,
  onChange,
  help,
}: {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
  help?: string;
}) {
  return (
    <div className={s.switchRow}>
      <AriaSwitch className={s.switch ?? ""} isSelected={on} onChange={onChange}>
        <span className={s.knob} aria-hidden="true" />
        <span>{label}</span>
      </AriaSwitch>
      {help && <p className={s.help}>{help}</p>}
    </div>
  );
}
