import { useState } from "react";
import type { Problem } from "../../../shared/host/index.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { Dialog, DialogButtons } from "../../../shared/ui/dialog.tsx";
import { Field } from "../../../shared/ui/field.tsx";
import { Failed } from "../../../shared/ui/notice.tsx";
import { words } from "../words.ts";

interface Props {
  /** What went wrong with the last try. */
  problem: Problem | undefined;
  onClose: () => void;
  onDone: (reason: string) => void;
}

/** Asks how an alert was dealt with; stays open with what was typed until that is written down. */
export function DoneDialog({ problem, onClose, onDone }: Props) {
  const [reason, setReason] = useState("");
  const why = reason.trim() === "" ? words.doneNeeded : undefined;
  return (
    <Dialog title={words.doneTitle} open keeps onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!why) onDone(reason.trim());
        }}
        style={{ display: "grid", gap: "var(--space-16)" }}
      >
        {problem && <Failed compact problem={problem} />}
        <Field label={words.doneReason} help={words.doneHelp} value={reason} onChange={setReason} autoFocus />
        <DialogButtons>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" look="primary" why={why}>
            {words.doneSave}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
