import { useId, useState } from "react";
import type { Evidence } from "../../../generated/commands.ts";
import { sourceName } from "../../../shared/lib/platforms.ts";
import { When } from "../../../shared/ui/figures.tsx";
import { PlatformRecord } from "../../../shared/ui/record.tsx";
import s from "./evidence-line.module.css";

/** A fact that a proposal rests on, with its source and age; opens the record behind it in place. */
export function EvidenceLine({ of }: { of: Evidence }) {
  const [open, setOpen] = useState(false);
  const record = useId();
  return (
    <li>
      {of.opens === null ? (
        of.text
      ) : (
        <button
          type="button"
          className={s.opens}
          aria-expanded={open}
          aria-controls={open ? record : undefined}
          onClick={() => setOpen(!open)}
        >
          {of.text}
        </button>
      )}{" "}
      <span className={s.source}>
        {sourceName(of.source)}, <When at={of.at} />
      </span>
      {open && of.opens !== null && (
        <div id={record}>
          <PlatformRecord id={of.opens} />
        </div>
      )}
    </li>
  );
}
