import { useState } from "react";
import { Keys } from "../features/settings/components/keys-table.tsx";
import { Dialog } from "../shared/ui/dialog.tsx";
import { Field } from "../shared/ui/field.tsx";
import s from "./help.module.css";
import { words } from "./words.ts";

/** Every key that works here, from the same list that makes it work, each to be changed. */
export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog wide title={words.help} open={open} onClose={onClose}>
      <Content />
    </Dialog>
  );
}

function Content() {
  const [text, setText] = useState("");
  return (
    <>
      <Field label={words.helpFilter} value={text} onChange={setText} autoFocus />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
      <div className={s.scroll} role="group" aria-label={words.help} tabIndex={0}>
        <Keys wanted={text.trim().toLocaleLowerCase()} />
      </div>
      <p className={s.hint}>{words.helpHint}</p>
    </>
  );
}
