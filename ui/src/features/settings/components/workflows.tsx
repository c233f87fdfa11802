import { useState } from "react";
import type { Mode, Role, Workflow } from "../../../generated/commands.ts";
import { formatCount } from "../../../shared/lib/format.ts";
import { whyNot } from "../../../shared/lib/rights.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Answer } from "../../../shared/ui/answer.tsx";
import { Button } from "../../../shared/ui/button.tsx";
import { Dialog, DialogButtons } from "../../../shared/ui/dialog.tsx";
import { Choice } from "../../../shared/ui/field.tsx";
import { When } from "../../../shared/ui/figures.tsx";
import { Empty, Loading, NotWritten } from "../../../shared/ui/notice.tsx";
import { Panel } from "../../../shared/ui/page.tsx";
import { RawText } from "../../../shared/ui/raw-text.tsx";
import { useWorkflowMode, useWorkflows } from "../api.ts";
import { words } from "../words.ts";
import panel from "./panel.module.css";

const MODES: readonly Mode[] = ["off", "shadow", "suggest", "approve", "auto"];

/** What runs by itself, and how far each is trusted. */
export function Workflows({ role }: { role: Role }) {
  const list = useWorkflows();
  if (!list.data)
    return (
      <Answer query={list} loading={<Loading tall />}>
        {() => null}
      </Answer>
    );
  if (list.data.length === 0) return <Empty title={words.workflowsNone}>{words.workflowsNoneNext}</Empty>;
  return (
    <div className={panel.list}>
      <p className={panel.muted}>{words.workflowsLead}</p>
      {list.data.map((workflow) => (
        <One key={workflow.id} workflow={workflow} role={role} />
      ))}
    </div>
  );
}

function One({ workflow, role }: { workflow: Workflow; role: Role }) {
  const { locale } = useShop();
  const write = useWorkflowMode();
  const [asking, setAsking] = useState(false);
  const why = whyNot(role, "workflows_mode");
  const set = (mode: Mode) => write.mutate({ id: workflow.id, mode });
  const count = (number: number) => formatCount(number, locale);
  return (
    <Panel title={workflow.id} aside={<span className={panel.muted}>{words.version(workflow.version)}</span>}>
      <div className={panel.body}>
        <p>{workflow.summary}</p>
        <Choice
          label={words.mode}
          value={workflow.mode}
          options={MODES.map((mode) => ({ value: mode, label: words.modes[mode] }))}
          why={why}
          onChange={(mode) => (mode === "auto" ? setAsking(true) : set(mode))}
        />
        <p className={panel.muted}>
          {words.modeSays[workflow.mode]}
          {workflow.mode_set && (
            <>
              {" "}
              ({words.modeSet(workflow.mode_set.by)}, <When at={workflow.mode_set.at} />)
            </>
          )}
        </p>
        <NotWritten write={write} />
        <p className={panel.muted}>
          {[
            words.ran(workflow.runs),
            words.proposed(workflow.proposed),
            words.decidedAs(count(workflow.approved), count(workflow.edited), count(workflow.rejected)),
            workflow.waiting > 0 && words.waitingNow(workflow.waiting),
          ]
            .filter(Boolean)
            .join(" · ")}
          {workflow.last_proposal && (
            <>
              {" · "}
              {words.lastProposal} <When at={workflow.last_proposal} />
            </>
          )}
        </p>
        <details>
          <summary>{words.file}</summary>
          <RawText label={words.file}>{workflow.file}</RawText>
        </details>
      </div>
      <Dialog alert title={words.autoTitle} open={asking} onClose={() => setAsking(false)}>
        <p>{words.autoText}</p>
        <DialogButtons>
          <Button onClick={() => setAsking(false)}>{words.cancel}</Button>
          <Button
            look="primary"
            onClick={() => {
              set("auto");
              setAsking(false);
            }}
          >
            {words.autoDo}
          </Button>
        </DialogButtons>
      </Dialog>
    </Panel>
  );
}
