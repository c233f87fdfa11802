import { useState } from "react";
import type { Connection, Role } from "../../../generated/commands.ts";
import { formatCount, formatShare } from "../../../shared/lib/format.ts";
import { platformNames, streamNames } from "../../../shared/lib/platforms.ts";
import { whyNot } from "../../../shared/lib/rights.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { Dialog, DialogButtons } from "../../../shared/ui/dialog.tsx";
import { Choice } from "../../../shared/ui/field.tsx";
import { When } from "../../../shared/ui/figures.tsx";
import { Failed, NotWritten, Progress } from "../../../shared/ui/notice.tsx";
import { useRemove, useShare, useSyncNow } from "../api.ts";
import { leftOf, progressOf, sharesWith, stateOf } from "../logic.ts";
import { signInWords } from "../sign-in-words.ts";
import { words } from "../words.ts";
import s from "./connection-detail.module.css";
import panel from "./panel.module.css";
import { Prove } from "./proof.tsx";
import { SignInAgain } from "./sign-in-again.tsx";
import { StreamTable } from "./stream-table.tsx";

interface Props {
  connection: Connection;
  role: Role;
}

/** One account with its kinds of record, its share, its proof, and what can be done with it. */
export function ConnectionDetail({ connection, role }: Props) {
  const { locale } = useShop();
  const sync = useSyncNow();
  const [removing, setRemoving] = useState(false);
  const [signingIn, setSigningIn] = useState(false);
  const reading = connection.streams.filter((stream) => !stream.complete && stream.reading);
  const allowance =
    connection.quota_used === null ? words.allowanceUnknown : words.allowance(leftOf(connection, locale));
  return (
    <div className={s.detail}>
      <p className={s.facts}>
        {connection.base_url} · {allowance}
      </p>
      {connection.problem && (
        <div className={s.problem}>
          <p>
            <strong>{connection.problem.message}</strong>
          </p>
          {connection.problem.hint && <p>{connection.problem.hint}</p>}
        </div>
      )}
      {connection.missing_scopes.length > 0 && (
        <p className={s.problem}>
          {words.scopes} <code>{connection.missing_scopes.join(", ")}</code>
          <br />
          {words.scopesNext(platformNames[connection.platform])}
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
      <Kinds connection={connection} />
      <Share connection={connection} role={role} />
      <Prove connection={connection} role={role} />
      <NotWritten write={sync} />
      <div className={panel.buttons}>
        <Button
          why={sync.isPending ? words.syncing : whyNot(role, "connections_sync")}
          onClick={() => sync.mutate({ id: connection.id })}
        >
          {words.syncNow}
        </Button>
        <Button
          look={connection.health === "broken" ? "primary" : "plain"}
          why={whyNot(role, "connections_sign_in")}
          onClick={() => setSigningIn(true)}
        >
          {signInWords.again}
        </Button>
        <Button look="quiet" why={whyNot(role, "connections_remove")} onClick={() => setRemoving(true)}>
          {words.remove}
        </Button>
      </div>
      {signingIn && <SignInAgain connection={connection} onClose={() => setSigningIn(false)} />}
      {removing && <Remove connection={connection} onClose={() => setRemoving(false)} />}
    </div>
  );
}

/** How much of the platform's allowance is taken; set at once, and set back if the core refuses. */
function Share({ connection, role }: Props) {
  const { locale } = useShop();
  const set = useShare();
  return (
    <div className={s.share}>
      <Choice
        label={words.share}
        value={String(connection.share)}
        options={sharesWith(connection.share).map((share) => ({
          value: String(share),
          label: formatShare(share / 100, locale),
        }))}
        why={whyNot(role, "connections_share")}
        onChange={(share) => set.mutate({ id: connection.id, share: Number(share) })}
      />
      <p className={panel.muted}>{words.shareHelp}</p>
      <NotWritten write={set} />
    </div>
  );
}

function Kinds({ connection }: { connection: Connection }) {
  const { locale } = useShop();
  return (
    <details>
      <summary>{words.kinds}</summary>
      <StreamTable more={[words.streamState, words.lastRead]}>
        {connection.streams.map((stream) => (
          <tr key={stream.stream}>
            <th scope="row">{streamNames[stream.stream]}</th>
            <td>{formatCount(stream.landed, locale)}</td>
            <td>{formatCount(stream.total, locale)}</td>
            <td>{stateOf(stream)}</td>
            <td>
              <When at={stream.last_success} />
            </td>
          </tr>
        ))}
      </StreamTable>
    </details>
  );
}

function Remove({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const remove = useRemove();
  const run = () => remove.mutate({ id: connection.id }, { onSuccess: onClose });
  return (
    <Dialog alert open title={words.removeTitle(connection.name)} onClose={onClose}>
      <p>{words.removeText}</p>
      {remove.error && <Failed compact problem={remove.error.problem} onRetry={run} />}
      <DialogButtons>
        <Button onClick={onClose}>{words.cancel}</Button>
        <Button look="danger" aria-busy={remove.isPending} onClick={run}>
          {words.removeDo}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
