import { useState } from "react";
import type { Connection, Role } from "../../../generated/commands.ts";
import { whyNot } from "../../../shared/lib/rights.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { Dialog, DialogButtons } from "../../../shared/ui/dialog.tsx";
import { Failed } from "../../../shared/ui/notice.tsx";
import { Panel } from "../../../shared/ui/page.tsx";
import { useEndPractice } from "../api.ts";
import { words } from "../words.ts";
import panel from "./panel.module.css";

interface Props {
  connections: readonly Connection[];
  role: Role;
}

/** The way from the practice store to one's own: a real account is not connected beside made-up ones. */
export function PracticeNote({ connections, role }: Props) {
  const [asking, setAsking] = useState(false);
  const end = useEndPractice();
  const run = () => end.mutate(connections.map(({ id }) => id));
  return (
    <Panel title={words.practiceTitle}>
      <div className={panel.body}>
        <p>{words.practiceText}</p>
        <div>
          <Button why={whyNot(role, "connections_remove")} onClick={() => setAsking(true)}>
            {words.endPractice}
          </Button>
        </div>
      </div>
      <Dialog alert title={words.endPracticeTitle} open={asking} onClose={() => setAsking(false)}>
        <p>{words.endPracticeText}</p>
        {end.error && <Failed compact problem={end.error.problem} onRetry={run} />}
        <DialogButtons>
          <Button onClick={() => setAsking(false)}>{words.cancel}</Button>
          <Button
            look="danger"
            aria-busy={end.isPending}
            why={end.isPending ? words.endingPractice : undefined}
            onClick={run}
          >
            {end.isPending ? words.endingPractice : words.endPractice}
          </Button>
        </DialogButtons>
      </Dialog>
    </Panel>
  );
}
