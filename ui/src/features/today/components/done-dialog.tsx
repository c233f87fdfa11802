import { useState } from "react";
import { Button } from "../../../shared/ui/button.tsx";
import { Dialog, DialogButtons } from "../../../shared/ui/dialog.tsx";
import { Field } from "../../../shared/ui/field.tsx";
import { words } from "../words.ts";

export function DoneDialog({ onClose, onDone }: { onClose: () => void; onDone: (reason: string) => void }) {
  const [reason, setReason] = useState("");
  const why = reason.trim() === "" ? words.doneNeeded : undefined;
  return (
    <Dialog title={words.doneTitle} open onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!why) onDone(reason.trim());
        }}
        style={{ display: "grid", gap: "var(--space-16)" }}
      >
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
