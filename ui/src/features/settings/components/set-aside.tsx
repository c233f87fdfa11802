import { useState } from "react";
import type { Connection, Role } from "../../../generated/commands.ts";
import { formatCount } from "../../../shared/lib/format.ts";
import { platformNames, streamNames } from "../../../shared/lib/platforms.ts";
import { whyNot } from "../../../shared/lib/rights.ts";
import { useShop } from "../../../shared/lib/shop.ts";
import { Answer } from "../../../shared/ui/answer.tsx";
import { Button } from "../../../shared/ui/button.tsx";
import { When } from "../../../shared/ui/figures.tsx";
import { Loading, NotWritten } from "../../../shared/ui/notice.tsx";
import { Panel } from "../../../shared/ui/page.tsx";
import { useSetAside, useSetAsideRetry } from "../api.ts";
import { words } from "../words.ts";
import s from "./set-aside.module.css";

/** Records that could not be read: how many, which, why, and another try. */
export function SetAsideNote({ connections, role }: { connections: readonly Connection[]; role: Role }) {
  const count = connections.reduce((sum, connection) => sum + connection.set_aside, 0);
  const [open, setOpen] = useState(false);
  const list = useSetAside(open);
  const retry = useSetAsideRetry();
  const { locale } = useShop();
  if (count === 0 && !retry.data) return null;
  const why = whyNot(role, "set_aside_retry");
  const platformOf = (id: number) => {
    const found = connections.find((connection) => connection.id === id);
    return found ? platformNames[found.platform] : "";
  };
  return (
    <Panel
      title={words.aside(count)}
      aside={
        <span className={s.buttons}>
          <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? words.asideHide : words.asideShow}
          </Button>
          <Button why={why} aria-busy={retry.isPending} onClick={() => retry.mutate({ connection: null })}>
            {words.asideRetry}
          </Button>
        </span>
      }
    >
      {retry.data && (
        <p className={s.line} role="status">
          {words.asideDone(
            formatCount(retry.data.recovered, locale),
            formatCount(retry.data.still_aside, locale),
          )}
        </p>
      )}
      <NotWritten write={retry} />
      {open && (
        <Answer query={list} compact loading={<Loading rows={3} />}>
          {(data) => (
            <ul className={s.list} aria-label={words.asideList}>
              {data.map((one) => (
                <li key={one.id}>
                  <span>
                    {platformOf(one.connection)} · {streamNames[one.stream]}
                    {one.external_id && ` · ${one.external_id}`}
                    <span className={s.reason}>{one.reason}</span>
                  </span>
                  <span className={s.when}>
                    <When at={one.at} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Answer>
      )}
    </Panel>
  );
}
