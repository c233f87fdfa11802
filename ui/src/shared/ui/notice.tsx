import { CircleAlert, WifiOff } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import type { Problem } from "../host/index.ts";
import { span } from "../lib/format.ts";
import { Button } from "./button.tsx";
import { classes } from "./classes.ts";
import s from "./notice.module.css";
import { words } from "./words.ts";

/** Why there is nothing, and the one next step. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={s.empty}>
      <p className={s.title}>{title}</p>
      {children && <div className={s.text}>{children}</div>}
      {action && <div className={s.action}>{action}</div>}
    </div>
  );
}

/** The shape of what is coming, unseen for the first 150 ms: local reads are usually done by then. */
export function Loading({
  label = words.loading,
  rows = 6,
  tall = false,
}: {
  label?: string;
  rows?: number;
  tall?: boolean;
}) {
  return (
    <div className={s.loading} role="status">
      <span className="hidden-text">{label}</span>
      {Array.from({ length: rows }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars of a placeholder have no identity
        <div key={at} className={classes(s.bar, tall && s.tall)} aria-hidden="true" />
      ))}
    </div>
  );
}

interface FailedProps {
  problem: Problem;
  onRetry?: (() => void) | undefined;
  /** A better button than trying again, where there is one. */
  action?: ReactNode;
  compact?: boolean;
}

/** A problem as the core tells it: what happened, what it means, one button; the rest behind More. */
export function Failed({ problem, onRetry, action, compact = false }: FailedProps) {
  const [open, setOpen] = useState(false);
  const details = useId();
  const offline = problem.code === "unreachable";
  return (
    <div className={classes(s.failed, compact && s.compact)} role="group" aria-label={problem.message}>
      {offline ? <WifiOff aria-hidden="true" /> : <CircleAlert aria-hidden="true" />}
      <div className={s.failedText}>
        <p className={s.title}>{problem.message}</p>
        {problem.hint && <p>{problem.hint}</p>}
        {open && (
          <p id={details} className={s.details}>
            {words.problemCode}: <code>{problem.code}</code>
            {typeof problem.retry_after === "number" &&
              ` · ${words.retryIn(span(problem.retry_after * 1000))}`}
          </p>
        )}
        <div className={s.buttons}>
          {action ?? (onRetry && <Button onClick={onRetry}>{words.tryAgain}</Button>)}
          <Button
            look="quiet"
            aria-expanded={open}
            aria-controls={open ? details : undefined}
            onClick={() => setOpen(!open)}
          >
            {open ? words.less : words.more}
          </Button>
        </div>
      </div>
    </div>
  );
}

interface Write<Request> {
  error: { problem: Problem } | null;
  variables: Request | undefined;
  mutate: (request: Request) => void;
}

/** Why something was not written, with a button that asks for the same again. */
export function NotWritten<Request>({ write }: { write: Write<Request> }) {
  const { error, variables, mutate } = write;
  if (!error) return null;
  return (
    <Failed
      compact
      problem={error.problem}
      onRetry={variables === undefined ? undefined : () => mutate(variables)}
    />
  );
}

/** What is missing, beside the number it affects. */
export function Partial({ children }: { children: ReactNode }) {
  return <p className={s.partial}>{children}</p>;
}

interface ProgressProps {
  label: string;
  done: number;
  /** Left out when nobody knows it: then only the count is said, without a bar. */
  total?: number | null | undefined;
}

/** Real progress of long work. */
export function Progress({ label, done, total }: ProgressProps) {
  if (!total) return <p className={s.progressText}>{label}</p>;
  const share = Math.min(1, done / total);
  return (
    <div className={s.progress}>
      <p className={s.progressText}>{label}</p>
      <div
        className={s.track}
        role="progressbar"
        aria-label={label}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <div className={s.fill} style={{ inlineSize: `${share * 100}%` }} />
      </div>
    </div>
  );
}
