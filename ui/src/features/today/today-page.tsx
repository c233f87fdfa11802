import { useState } from "react";
import { useLocation } from "wouter";
import type { AlertMove, Status, Today } from "../../generated/commands.ts";
import { useCommands } from "../../shared/lib/commands.ts";
import { whyNot } from "../../shared/lib/rights.ts";
import { Answer } from "../../shared/ui/answer.tsx";
import { Grid } from "../../shared/ui/grid.tsx";
import { Empty, Loading, NotWritten } from "../../shared/ui/notice.tsx";
import { Page, Panel } from "../../shared/ui/page.tsx";
import { useAlertAct, useToday } from "./api.ts";
import { DoneDialog } from "./components/done-dialog.tsx";
import { Figures } from "./components/figures.tsx";
import rowStyles from "./components/need-row.module.css";
import { NeedRow } from "./components/need-row.tsx";
import { Onboarding } from "./components/onboarding.tsx";
import { todayCommands } from "./keys.ts";
import { type Need, needs } from "./logic.ts";
import s from "./today-page.module.css";
import { words } from "./words.ts";

const ROW_HEIGHT = 84;

/** What needs me now, and is the shop well? */
export function TodayPage({ status }: { status: Status }) {
  const today = useToday();
  return (
    <Page title={words.title} scrolls>
      <Answer query={today} loading={<Loading tall />}>
        {(data) => <Content today={data} status={status} />}
      </Answer>
    </Page>
  );
}

function Content({ today, status }: { today: Today; status: Status }) {
  const steps = today.onboarding;
  const finished = steps.every((step) => step.done);
  return (
    <div className={s.columns}>
      <div className={s.left}>
        <Needs today={today} status={status} />
        {!finished && <Onboarding steps={steps} />}
      </div>
      <Figures figures={today.figures} />
    </div>
  );
}

function Needs({ today, status }: { today: Today; status: Status }) {
  const [, go] = useLocation();
  const act = useAlertAct();
  const [closing, setClosing] = useState<Need>();
  const list = needs(today);
  // The active line is remembered by what it is, so that a new alert above does not move it.
  const [key, setKey] = useState<string>();
  const found = list.findIndex((need) => need.key === key);
  const active = Math.max(found, 0);
  const need = list[active];

  const open = (at: number) => {
    const link = list[at]?.link;
    if (link) go(link);
  };
  const move = (one: Need | undefined, kind: AlertMove, reason: string | null = null) => {
    if (one?.kind !== "alert") return;
    // An answer may come when another question is open already.
    const over = () => setClosing((open) => (kind === "done" && open?.key === one.key ? undefined : open));
    act.mutate({ id: one.alert.id, act: kind, reason }, { onSuccess: over });
  };
  useCommands(
    todayCommands({
      need,
      why: whyNot(status.role, "alerts_act"),
      move: (step) => setKey(list[Math.max(0, Math.min(list.length - 1, active + step))]?.key),
      open: () => open(active),
      mine: () => move(need, "mine"),
      snooze: () => move(need, "snooze"),
      done: () => setClosing(need),
    }),
  );

  return (
    <Panel title={words.needs} className={s.needs}>
      {!closing && <NotWritten write={act} />}
      {list.length === 0 ? (
        <Empty title={words.nothing}>{words.nothingNext}</Empty>
      ) : (
        <div style={{ height: `${(list.length * ROW_HEIGHT) / 16}rem` }} className={s.list}>
          <Grid
            label={words.list}
            count={list.length}
            columns={5}
            rowClass={() => rowStyles.row}
            rowHeight={ROW_HEIGHT}
            rowAt={(at) => list[at]}
            keyOf={(one) => one.key}
            active={active}
            onActive={(at) => setKey(list[at]?.key)}
            onEnter={open}
            autoFocus
            cells={(one) => (
              <NeedRow
                need={one}
                today={today}
                role={status.role}
                onOpen={() => one.link && go(one.link)}
                onMove={(kind) => (kind === "done" ? setClosing(one) : move(one, kind))}
              />
            )}
          />
        </div>
      )}
      {closing && (
        <DoneDialog
          problem={act.error?.problem}
          onClose={() => {
            act.reset();
            setClosing(undefined);
          }}
          onDone={(reason) => move(closing, "done", reason)}
        />
      )}
    </Panel>
  );
}
