import s from "./raw-text.module.css";

/** A file or a record as it is, in a box that scrolls. */
export function RawText({ label, children }: { label: string; children: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys
    <pre className={s.raw} tabIndex={0} role="group" aria-label={label}>
      {children}
    </pre>
  );
}
