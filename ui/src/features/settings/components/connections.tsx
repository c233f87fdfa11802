import { Fragment, useRef } from "react";
import { useLocation } from "wouter";
import type { Connection, Role } from "../../../generated/commands.ts";
import { useCommands } from "../../../shared/lib/commands.ts";
import { formatCount } from "../../../shared/lib/format.ts";
import { listCommands } from "../../../shared/lib/list-keys.ts";
import { platformNames } from "../../../shared/lib/platforms.ts";
import { whyNot } from "../../../shared/lib/rights.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { idOf } from "../../../shared/lib/url.ts";
import { Answer } from "../../../shared/ui/answer.tsx";
import { Button } from "../../../shared/ui/button.tsx";
import { classes } from "../../../shared/ui/classes.ts";
import { When } from "../../../shared/ui/figures.tsx";
import { Empty, Loading } from "../../../shared/ui/notice.tsx";
import { Panel } from "../../../shared/ui/page.tsx";
import { StateMark } from "../../../shared/ui/state-mark.tsx";
import { toneClass } from "../../../shared/ui/tones.ts";
import { useConnections } from "../api.ts";
import { doingOf, healthCounts, healthLooks, lagOf, leftOf } from "../logic.ts";
import { words } from "../words.ts";
import { ConnectionDetail } from "./connection-detail.tsx";
import s from "./connections.module.css";
import panel from "./panel.module.css";
import { PracticeNote } from "./practice-note.tsx";
import { SetAsideNote } from "./set-aside.tsx";

interface Props {
  role: Role;
  /** Whether these are the practice store's. */
  practice: boolean;
  /** The account that is open, from the address. */
  item: string | undefined;
}

/** The accounts: a line each, with how it is, how far behind, what it does; one opens in place. */
export function Connections({ role, practice, item }: Props) {
  const [, go] = useLocation();
  const list = useConnections();
  const why = whyNot(role, "connections_add");
  if (!list.data)
    return (
      <Answer query={list} loading={<Loading tall />}>
        {() => null}
      </Answer>
    );
  const add = (
    <Button look="primary" why={why} onClick={() => go("/settings/connections/connect")}>
      {words.add}
    </Button>
  );
  if (list.data.length === 0) {
    return (
      <Empty title={words.none} action={add}>
        {words.noneNext}
      </Empty>
    );
  }
  return (
    <div className={panel.list}>
      <Panel title={<Summary connections={list.data} />}>
        <Rows connections={list.data} role={role} open={idOf(item)} />
      </Panel>
      {list.data.some((connection) => connection.health === "backfilling") && (
        <p className={panel.muted}>{words.startWorking}</p>
      )}
      {practice ? <PracticeNote connections={list.data} role={role} /> : <div>{add}</div>}
      <SetAsideNote connections={list.data} role={role} />
    </div>
  );
}

/** How many accounts there are, and how many of them are how. */
function Summary({ connections }: { connections: readonly Connection[] }) {
  const { locale } = useShop();
  return (
    <span className={s.summary}>
      {words.accounts(connections.length)}
      {healthCounts(connections).map(([health, count]) => (
        <StateMark key={health} glyph={healthLooks[health].glyph} tone={healthLooks[health].tone}>
          {words.healthCount(words.health[health], formatCount(count, locale))}
        </StateMark>
      ))}
    </span>
  );
}

/** Whoever comes here by a link sees the account that it names. */
const intoView = (row: HTMLElement | null) => row?.scrollIntoView({ block: "nearest" });

interface RowsProps {
  connections: readonly Connection[];
  role: Role;
  open: number | undefined;
}

function Rows({ connections, role, open }: RowsProps) {
  const [, go] = useLocation();
  const box = useRef<HTMLTableElement>(null);
  const names = () => [...(box.current?.querySelectorAll<HTMLElement>("[data-account]") ?? [])];
  const show = (id: number | undefined) =>
    go(`/settings/connections${id === undefined ? "" : `/${id}`}`, { replace: true });
  const section = words.sections.connections;
  const move = (step: number) => {
    const all = names();
    const at = all.indexOf(document.activeElement as HTMLElement);
    all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + step))]?.focus();
  };
  const back = () => {
    if (open === undefined) return;
    names()[connections.findIndex(({ id }) => id === open)]?.focus();
    show(undefined);
  };
  useCommands([
    ...listCommands({
      id: "connections",
      section,
      titles: { next: words.keyNext, previous: words.keyPrevious, open: words.keyOpen },
      move,
      open: () => undefined,
    }),
    { id: "connections.back", title: words.keyBack, section, keys: ["Escape"], quiet: true, run: back },
  ]);
  return (
    <table className={s.table} aria-label={words.list} ref={box}>
      <thead>
        <tr className={s.head}>
          {[words.account, words.streamState, words.lastRead, words.lag, words.left, words.now].map(
            (head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {connections.map((connection) => (
          <Fragment key={connection.id}>
            <Row
              connection={connection}
              open={connection.id === open}
              onToggle={() => show(connection.id === open ? undefined : connection.id)}
              onMove={move}
            />
            {connection.id === open && (
              <tr ref={intoView}>
                <td colSpan={6} className={s.detail} id={`connection-${connection.id}`}>
                  <ConnectionDetail connection={connection} role={role} />
                </td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  connection: Connection;
  open: boolean;
  onToggle: () => void;
  onMove: (step: number) => void;
}

const ARROWS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

function Row({ connection, open, onToggle, onMove }: RowProps) {
  const { locale } = useShop();
  const look = healthLooks[connection.health];
  return (
    <tr className={classes(s.row, open && s.open)}>
      <th scope="row">
        <button
          type="button"
          data-account
          className={s.name}
          aria-expanded={open}
          aria-controls={open ? `connection-${connection.id}` : undefined}
          onClick={onToggle}
          onKeyDown={(event) => {
            const step = ARROWS[event.key];
            if (!step) return;
            event.preventDefault();
            onMove(step);
          }}
        >
          <span aria-hidden="true">{open ? "▾" : "▸"}</span>
          <span className={s.names} title={connection.name}>
            {platformNames[connection.platform]} <span className={s.account}>{connection.name}</span>
          </span>
        </button>
      </th>
      <td className={s.state}>
        <StateMark glyph={look.glyph} tone={look.tone}>
          {words.health[connection.health]}
        </StateMark>
      </td>
      <td className={s.figure}>
        <When at={connection.last_success} />
      </td>
      <td className={s.figure}>{lagOf(connection)}</td>
      <td className={s.figure}>{leftOf(connection, locale)}</td>
      <td className={s.now}>
        <div className={s.lines}>
          <Now connection={connection} />
        </div>
      </td>
    </tr>
  );
}

/** What stands against it, else what it does; and what waits for a person. */
function Now({ connection }: { connection: Connection }) {
  const { locale } = useShop();
  const { problem, set_aside, missing_scopes } = connection;
  const waits = [
    set_aside > 0 && words.setAside(set_aside),
    missing_scopes.length > 0 && words.scopesMissing(missing_scopes.length),
  ].filter((wait) => wait !== false);
  return (
    <>
      {problem ? (
        <span className={toneClass("failed")}>
          {problem.message}
          {problem.since && (
            <>
              {" "}
              {words.firstSeen} <When at={problem.since} />
            </>
          )}
        </span>
      ) : (
        <span
          className={connection.streams.some((stream) => stream.reading) ? undefined : toneClass("quiet")}
        >
          {doingOf(connection, locale)}
        </span>
      )}
      {waits.map((wait) => (
        <span key={wait} className={toneClass("quiet")}>
          {" · "}
          <span className={s.whole}>{wait}</span>
        </span>
      ))}
    </>
  );
}
