import { OctagonPause } from "lucide-react";
import { useState } from "react";
import type { Status } from "../generated/commands.ts";
import { useWrite } from "../shared/host/client.ts";
import type { Command } from "../shared/lib/commands.ts";
import { whyNot } from "../shared/lib/rights.ts";
import { Button } from "../shared/ui/button.tsx";
import { Dialog, DialogButtons } from "../shared/ui/dialog.tsx";
import { When } from "../shared/ui/figures.tsx";
import { announce } from "../shared/ui/live.tsx";
import { Failed } from "../shared/ui/notice.tsx";
import s from "./stop.module.css";
import { words } from "./words.ts";

export interface StopSwitch {
  command: Command;
  /** Stops at once, without asking: doubt is the moment for it. */
  stopNow: () => void;
  /** Why this person may not turn it. */
  why: string | undefined;
  asking: boolean;
  ask: (on: boolean) => void;
  resume: () => void;
  /** Tries again what failed. */
  again: () => void;
  write: ReturnType<typeof useWrite<"stop_set">>;
}

export function useStop(status: Status): StopSwitch {
  const write = useWrite("stop_set");
  const [asking, ask] = useState(false);
  const why = whyNot(status.role, "stop_set");
  // Somebody else let it go on: the next stop must not find the question still open.
  if (asking && !status.stop) ask(false);
  const stopNow = () =>
    write.mutate({ on: true, reason: null }, { onSuccess: () => announce(words.stopSaid, "assertive") });
  const resume = () => write.mutate({ on: false, reason: null }, { onSuccess: () => ask(false) });
  return {
    write,
    why,
    asking,
    ask,
    stopNow,
    resume,
    again: write.variables?.on === false ? resume : stopNow,
    command: {
      id: "window.stop",
      title: status.stop ? words.resume : words.stop,
      section: words.sectionWindow,
      keys: ["$mod+Shift+Period"],
      everywhere: true,
      disabled: why,
      run: status.stop ? () => ask(true) : stopNow,
    },
  };
}

/** Shown while all sending is held: who stopped it, when, and the way on. */
export function StopBar({ status, stop }: { status: Status; stop: StopSwitch }) {
  const failed = stop.write.error && (
    <Failed compact problem={stop.write.error.problem} onRetry={stop.again} />
  );
  if (!status.stop) return failed;
  return (
    <>
      <section className={s.bar} aria-label={words.stop}>
        <OctagonPause aria-hidden="true" />
        <p>
          <strong>{words.stopped}</strong> {words.stoppedBy(status.stop.by)}, <When at={status.stop.at} />
          {status.stop.reason && ` · ${words.stopReason(status.stop.reason)}`}
        </p>
        <Button onClick={() => stop.ask(true)} why={stop.why}>
          {words.resume}
        </Button>
      </section>
      {!stop.asking && failed}
      <Dialog alert title={words.resumeTitle} open={stop.asking} onClose={() => stop.ask(false)}>
        <p>{words.resumeText}</p>
        {failed}
        <DialogButtons>
          <Button onClick={() => stop.ask(false)}>{words.cancel}</Button>
          <Button look="primary" onClick={stop.resume}>
            {words.resumeConfirm}
          </Button>
        </DialogButtons>
      </Dialog>
    </>
  );
}
