import { OctagonPause, Search, UserRound } from "lucide-react";
import { Link } from "wouter";
import type { Status } from "../generated/commands.ts";
import type { Reach } from "../shared/host/index.ts";
import { age } from "../shared/lib/format.ts";
import { ariaKey, keyText, useKeyOf } from "../shared/lib/keys.ts";
import { useNow } from "../shared/lib/now.ts";
import { roleNames } from "../shared/lib/platforms.ts";
import { Button } from "../shared/ui/button.tsx";
import { classes } from "../shared/ui/classes.ts";
import { KeyCap } from "../shared/ui/key-cap.tsx";
import { toneClass } from "../shared/ui/tones.ts";
import type { StopSwitch } from "./stop.tsx";
import { syncLine } from "./sync-line.ts";
import s from "./top-bar.module.css";
import { words } from "./words.ts";

interface Props {
  status: Status;
  reach: Reach | undefined;
  onFind: () => void;
  stop: StopSwitch;
}

/** Always on screen: search and commands, the stop switch, how current the picture is, who is here. */
export function TopBar({ status, reach, onFind, stop }: Props) {
  const find = useKeyOf("window.find");
  const halt = useKeyOf("window.stop");
  return (
    <header className={s.bar}>
      <button type="button" className={s.find} onClick={onFind} aria-keyshortcuts={find && ariaKey(find)}>
        <Search aria-hidden="true" />
        <span className={s.findText}>{words.find}</span>
        {find && <KeyCap of={find} className={s.findKey} />}
      </button>
      <div className={s.right}>
        <Sync status={status} reach={reach} />
        {!status.stop && (
          <Button
            icon={<OctagonPause aria-hidden="true" />}
            title={halt ? `${words.stop} (${keyText(halt)})` : words.stop}
            why={stop.why}
            onClick={stop.stopNow}
          >
            {words.stop}
          </Button>
        )}
        <Link href="/settings/look" className={s.person} title={roleNames[status.role]}>
          <UserRound aria-hidden="true" />
          <span className={s.name}>{status.person || roleNames[status.role]}</span>
          {status.person && status.person !== roleNames[status.role] && (
            <span className={s.role}>{roleNames[status.role]}</span>
          )}
        </Link>
      </div>
    </header>
  );
}

function Sync({ status, reach }: { status: Status; reach: Reach | undefined }) {
  const now = useNow(10_000);
  const line = syncLine(status.sync, reach);
  const oldest = status.sync.oldest_success;
  return (
    <Link href="/settings/connections" className={s.sync}>
      <span className="hidden-text">{words.syncLabel}: </span>
      <span className={classes(s.dot, toneClass(line.tone))} aria-hidden="true">
        {line.glyph}
      </span>
      <span className={s.syncText}>
        {line.text}
        {line.tone === "done" && oldest && <span className={s.ago}>, {words.syncAge(age(oldest, now))}</span>}
      </span>
    </Link>
  );
}
