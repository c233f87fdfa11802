import type { Status } from "../../../generated/commands.ts";
import { formatCount } from "../../../shared/lib/format.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { Failed } from "../../../shared/ui/notice.tsx";
import { Panel } from "../../../shared/ui/page.tsx";
import { StateMark } from "../../../shared/ui/state-mark.tsx";
import { useAuditCheck } from "../api.ts";
import { words } from "../words.ts";
import s from "./data.module.css";
import panel from "./panel.module.css";

/** What is stored where, and whether its history is whole. */
export function Data({ status }: { status: Status }) {
  const { locale } = useShop();
  const check = useAuditCheck();
  return (
    <div className={panel.list}>
      <Panel title={words.dataTitle}>
        <div className={panel.body}>
          <p>{words.dataText}</p>
          <dl className={s.facts}>
            <dt>{words.dataDir}</dt>
            <dd>
              <code>{status.data_dir}</code>
            </dd>
            <dt>{words.versionLabel}</dt>
            <dd>{status.version}</dd>
          </dl>
        </div>
      </Panel>
      <Panel title={words.auditTitle}>
        <div className={panel.body}>
          <p>{words.auditText}</p>
          {check.data && (
            <div role="status" className={s.result}>
              {check.data.first_bad === null ? (
                <StateMark glyph="●" tone="done">
                  {words.auditGood(formatCount(check.data.entries, locale))}
                </StateMark>
              ) : (
                <StateMark glyph="✕" tone="failed">
                  {words.auditBad(formatCount(check.data.first_bad, locale))}
                </StateMark>
              )}
              <p>
                {words.auditHead}: <code>{check.data.head}</code>
              </p>
            </div>
          )}
          {check.error && <Failed compact problem={check.error.problem} onRetry={() => check.mutate({})} />}
          <div>
            <Button why={check.isPending ? words.auditChecking : undefined} onClick={() => check.mutate({})}>
              {check.isPending ? words.auditChecking : words.auditCheck}
            </Button>
          </div>
        </div>
      </Panel>
    </div>
  );
}
