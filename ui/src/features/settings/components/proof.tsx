import type { Connection, LastProof, Proof, Role } from "../../../generated/commands.ts";
import { sameTime } from "../../../shared/lib/format.ts";
import { streamNames } from "../../../shared/lib/platforms.ts";
import { whyNot } from "../../../shared/lib/rights.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { When } from "../../../shared/ui/figures.tsx";
import { NotWritten } from "../../../shared/ui/notice.tsx";
import { StateMark } from "../../../shared/ui/state-mark.tsx";
import { useProve, useProving } from "../api.ts";
import { differenceOf, explainedOf, proofFigures, provedOf } from "../logic.ts";
import { words } from "../words.ts";
import panel from "./panel.module.css";
import { StreamTable } from "./stream-table.tsx";

/**
 * Proves that what is here agrees with the platform, and shows where it does not.
 *
 * What the last proof found is kept by the core; the records it found are shown until the account
 * is closed.
 */
export function Prove({ connection, role }: { connection: Connection; role: Role }) {
  const prove = useProve();
  const proving = useProving(connection.id);
  const last = connection.last_proof;
  return (
    <>
      <div className={panel.buttons}>
        <Button
          why={proving ? words.proving : whyNot(role, "connections_prove")}
          onClick={() => prove.mutate({ id: connection.id })}
        >
          {words.prove}
        </Button>
        {/* Without its age: that would be read out again whenever it grows. */}
        <span role="status">
          {proving ? (
            <span className={panel.muted}>{words.provingText}</span>
          ) : last ? (
            <Verdict proof={last} />
          ) : (
            <span className={panel.muted}>{words.neverProved}</span>
          )}
        </span>
        {last && !proving && (
          <span className={panel.muted}>
            {words.lastProof} <When at={last.at} />
          </span>
        )}
      </div>
      <NotWritten write={prove} />
      {prove.data && sameTime(prove.data.ended_at, last?.at) && <Found proof={prove.data} />}
    </>
  );
}

/** What the last proof came to. */
function Verdict({ proof }: { proof: LastProof }) {
  const { locale } = useShop();
  return (
    <>
      <StateMark glyph={proof.holds ? "●" : "✕"} tone={proof.holds ? "done" : "failed"}>
        {proof.holds ? words.proved : words.notProved}
      </StateMark>
      {provedOf(proof, locale).map((line) => ` · ${line}`)}
    </>
  );
}

function Found({ proof }: { proof: Proof }) {
  const { locale } = useShop();
  return (
    <StreamTable more={[words.proofFound]}>
      {proof.streams.map((stream) => (
        <tr key={stream.stream}>
          <th scope="row">{streamNames[stream.stream]}</th>
          <td>{proofFigures(stream.here, locale)}</td>
          <td>{proofFigures(stream.there, locale)}</td>
          <td>
            {stream.problem ?? (stream.holds ? words.agrees : words.differ(stream.unexplained))}
            {explainedOf(stream).map((line) => (
              <span key={line} className={panel.muted}>{` · ${line}`}</span>
            ))}
            {stream.first.length > 0 && (
              <ul>
                {stream.first.map((one) => (
                  <li key={one.external_id}>{differenceOf(one)}</li>
                ))}
              </ul>
            )}
          </td>
        </tr>
      ))}
    </StreamTable>
  );
}
