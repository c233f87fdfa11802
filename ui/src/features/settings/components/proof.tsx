import type { Connection, Proof, Role } from "../../../generated/commands.ts";
import { streamNames } from "../../../shared/lib/platforms.ts";
import { whyNot } from "../../../shared/lib/rights.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { When } from "../../../shared/ui/figures.tsx";
import { Failed } from "../../../shared/ui/notice.tsx";
import { StateMark } from "../../../shared/ui/state-mark.tsx";
import { useProve } from "../api.ts";
import { differenceOf, explainedOf, proofFigures } from "../logic.ts";
import { words } from "../words.ts";
import panel from "./panel.module.css";
import s from "./proof.module.css";

/** Proves that what is here agrees with the platform, and shows where it does not. */
export function Prove({ connection, role }: { connection: Connection; role: Role }) {
  const prove = useProve();
  return (
    <>
      <div className={s.buttons}>
        <Button
          why={prove.isPending ? words.proving : whyNot(role, "connections_prove")}
          onClick={() => prove.mutate({ id: connection.id })}
        >
          {words.prove}
        </Button>
        {prove.isPending && <span className={panel.muted}>{words.provingText}</span>}
      </div>
      {prove.error && <Failed compact problem={prove.error.problem} onRetry={() => prove.reset()} />}
      {prove.data && <Result proof={prove.data} />}
    </>
  );
}

function Result({ proof }: { proof: Proof }) {
  const { locale } = useShop();
  return (
    <div role="status">
      <p>
        <StateMark glyph={proof.holds ? "●" : "✕"} tone={proof.holds ? "done" : "failed"}>
          {proof.holds ? words.proved : words.notProved}
        </StateMark>{" "}
        <span className={panel.muted}>
          <When at={proof.ended_at} />
        </span>
      </p>
      <table className={s.table}>
        <thead>
          <tr>
            <th scope="col">{words.stream}</th>
            <th scope="col">{words.landed}</th>
            <th scope="col">{words.total}</th>
            <th scope="col">{words.proofFound}</th>
          </tr>
        </thead>
        <tbody>
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
        </tbody>
      </table>
    </div>
  );
}
