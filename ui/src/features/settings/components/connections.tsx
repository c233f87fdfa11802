import { useState } from "react";
import { useLocation } from "wouter";
import type { Connection, Role } from "../../../generated/commands.ts";
import { formatCount, formatShare } from "../../../shared/lib/format.ts";
import { platformNames, streamNames } from "../../../shared/lib/platforms.ts";
import { whyNot } from "../../../shared/lib/rights.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Answer } from "../../../shared/ui/answer.tsx";
import { Button } from "../../../shared/ui/button.tsx";
import { Dialog, DialogButtons } from "../../../shared/ui/dialog.tsx";
import { When } from "../../../shared/ui/figures.tsx";
import { Empty, Failed, Loading, Progress } from "../../../shared/ui/notice.tsx";
import { Panel } from "../../../shared/ui/page.tsx";
import { StateMark } from "../../../shared/ui/state-mark.tsx";
import { useConnections, useRemove, useSyncNow } from "../api.ts";
import { healthLooks, lagOf, progressOf } from "../logic.ts";
import { words } from "../words.ts";
import s from "./connections.module.css";
import panel from "./panel.module.css";
import { Prove } from "./proof.tsx";
import { SetAsideNote } from "./set-aside.tsx";

/** The accounts: one panel each, with how it is, how far behind, and how far its history has been read. */
export function Connections({ role }: { role: Role }) {
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
      {list.data.map((connection) => (
        <One key={connection.id} connection={connection} role={role} />
      ))}
      <SetAsideNote connections={list.data} role={role} />
      <div>{add}</div>
    </div>
  );
}

function One({ connection, role }: { connection: Connection; role: Role }) {
  const { locale } = useShop();
  const sync = useSyncNow();
  const [removing, setRemoving] = useState(false);
  const look = healthLooks[connection.health];
  const reading = connection.streams.filter((stream) => !stream.complete && stream.reading);
  const lag = lagOf(connection);
  return (
    <Panel
      title={
        <span className={s.name}>
          {platformNames[connection.platform]}
          <span className={s.account}>{connection.name}</span>
        </span>
      }
      aside={
        <StateMark glyph={look.glyph} tone={look.tone}>
          {words.health[connection.health]}
        </StateMark>
      }
    >
      <div className={panel.body}>
        <p className={s.facts}>
          {connection.last_success ? (
            <>
              {words.lastRead} <When at={connection.last_success} />
            </>
          ) : (
            words.neverRead
          )}
          {lag && ` · ${lag}`}
          {connection.quota_used !== null &&
            ` · ${words.allowance(formatShare(connection.quota_used / 100, locale))}`}
          {` · ${connection.base_url}`}
        </p>
        {connection.problem && (
          <div className={s.problem}>
            <p>
              <strong>{connection.problem.message}</strong>
              {connection.problem.since && (
                <span className={panel.muted}>
                  {" "}
                  {words.since} <When at={connection.problem.since} />
                </span>
              )}
            </p>
            {connection.problem.hint && <p>{connection.problem.hint}</p>}
          </div>
        )}
        {connection.missing_scopes.length > 0 && (
          <p className={s.problem}>
            {words.scopes} <code>{connection.missing_scopes.join(", ")}</code>
          </p>
        )}
        {reading.map((stream) => (
          <Progress
            key={stream.stream}
            label={`${streamNames[stream.stream]} ${progressOf(stream, locale)}`}
            done={stream.landed}
            total={stream.total}
          />
        ))}
        {reading.length > 0 && <p className={panel.muted}>{words.startWorking}</p>}
        <Streams connection={connection} />
        {sync.error && <Failed compact problem={sync.error.problem} onRetry={() => sync.reset()} />}
        <div className={s.buttons}>
          <Button
            why={sync.isPending ? words.syncing : whyNot(role, "connections_sync")}
            onClick={() => sync.mutate({ id: connection.id })}
          >
            {words.syncNow}
          </Button>
          <Button look="quiet" why={whyNot(role, "connections_remove")} onClick={() => setRemoving(true)}>
            {words.remove}
          </Button>
        </div>
        <Prove connection={connection} role={role} />
      </div>
      {removing && <Remove connection={connection} onClose={() => setRemoving(false)} />}
    </Panel>
  );
}

function Streams({ connection }: { connection: Connection }) {
  const { locale } = useShop();
  return (
    <details className={s.details}>
      <summary>{words.details}</summary>
      <table className={s.table}>
        <thead>
          <tr>
            <th scope="col">{words.stream}</th>
            <th scope="col">{words.landed}</th>
            <th scope="col">{words.total}</th>
            <th scope="col">{words.streamState}</th>
            <th scope="col">{words.lastRead}</th>
          </tr>
        </thead>
        <tbody>
          {connection.streams.map((stream) => (
            <tr key={stream.stream}>
              <th scope="row">{streamNames[stream.stream]}</th>
              <td>{formatCount(stream.landed, locale)}</td>
              <td>{formatCount(stream.total, locale)}</td>
              <td>
                {stream.complete
                  ? words.complete
                  : stream.reading || stream.landed > 0
                    ? words.filling
                    : words.waiting}
              </td>
              <td>
                <When at={stream.last_success} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Remove({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const remove = useRemove();
  return (
    <Dialog alert open title={words.removeTitle(connection.name)} onClose={onClose}>
      <p>{words.removeText}</p>
      {remove.error && <Failed compact problem={remove.error.problem} onRetry={() => remove.reset()} />}
      <DialogButtons>
        <Button onClick={onClose}>{words.cancel}</Button>
        <Button
          look="danger"
          aria-busy={remove.isPending}
          onClick={() => remove.mutate({ id: connection.id }, { onSuccess: onClose })}
        >
          {words.removeDo}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
