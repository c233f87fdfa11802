import { useEffect, useRef, useState } from "react";
import type { Preferences as CorePreferences } from "../../../generated/commands.ts";
import { useHost } from "../../../shared/host/index.ts";
import { changePreferences, usePreferences } from "../../../shared/lib/preferences.ts";
import { Answer } from "../../../shared/ui/answer.tsx";
import { Button } from "../../../shared/ui/button.tsx";
import { Choice, Field, Switch } from "../../../shared/ui/field.tsx";
import { Loading, NotWritten } from "../../../shared/ui/notice.tsx";
import { Panel } from "../../../shared/ui/page.tsx";
import { useCorePreferences, useSetPreferences } from "../api.ts";
import { words } from "../words.ts";
import { Keys } from "./keys-table.tsx";
import s from "./look.module.css";
import panel from "./panel.module.css";

/** How the window looks, what it tells, how long undo lasts, which keys do what. */
export function Look() {
  const core = useCorePreferences();
  if (!core.data)
    return (
      <Answer query={core} loading={<Loading tall />}>
        {() => null}
      </Answer>
    );
  return <Loaded core={core.data} />;
}

function Loaded({ core }: { core: CorePreferences }) {
  const own = usePreferences();
  const host = useHost();
  const write = useSetPreferences();
  const [person, setPerson] = useState(core.person);
  // Two changes in quick succession: the second is made to what the first asked for.
  const asked = useRef(core);
  useEffect(() => {
    asked.current = core;
  }, [core]);
  const set = (change: Partial<CorePreferences>) => {
    asked.current = { ...asked.current, ...change };
    write.mutate(asked.current, {
      onError: () => {
        asked.current = core;
      },
    });
  };
  const undo = Object.keys(words.undoSeconds);
  const shownUndo = undo.includes(String(core.undo_seconds)) ? undo : [...undo, String(core.undo_seconds)];
  return (
    <div className={panel.list}>
      <NotWritten write={write} />
      <Panel title={words.lookTitle}>
        <div className={panel.body}>
          <Choice
            label={words.theme}
            value={core.theme}
            options={(["system", "light", "dark"] as const).map((value) => ({
              value,
              label: words.themes[value],
            }))}
            onChange={(theme) => {
              changePreferences({ theme });
              set({ theme });
            }}
          />
          <Choice
            label={words.density}
            value={own.density}
            options={(["compact", "normal", "roomy"] as const).map((value) => ({
              value,
              label: words.densities[value],
            }))}
            onChange={(density) => changePreferences({ density })}
          />
        </div>
      </Panel>
      <Panel title={words.personTitle}>
        <form
          className={s.person}
          onSubmit={(event) => {
            event.preventDefault();
            if (person.trim() !== "") set({ person: person.trim() });
          }}
        >
          <Field
            label={words.person}
            help={words.personHelp}
            value={person}
            onChange={setPerson}
            name="person"
          />
          <Button type="submit" why={person.trim() === core.person ? words.saved : undefined}>
            {words.save}
          </Button>
        </form>
      </Panel>
      <Panel title={words.undoTitle}>
        <div className={panel.body}>
          <Choice
            label={words.undoLabel}
            value={String(core.undo_seconds)}
            options={shownUndo.map((value) => ({ value, label: words.undoSeconds[value] ?? `${value} s` }))}
            onChange={(value) => set({ undo_seconds: Number(value) })}
          />
        </div>
      </Panel>
      <Panel title={words.noticesTitle}>
        <div className={panel.body}>
          <Switch
            label={words.notifications}
            help={words.notificationsHelp}
            on={core.notifications}
            onChange={(notifications) => set({ notifications })}
          />
          <Switch label={words.tray} on={core.tray} onChange={(tray) => set({ tray })} />
          {host.kind === "server" && <p className={panel.muted}>{words.desktopOnly}</p>}
        </div>
      </Panel>
      <Panel title={words.keysTitle}>
        <div className={panel.body}>
          <Switch
            label={words.singleKeys}
            help={words.singleKeysHelp}
            on={own.singleKeys}
            onChange={(singleKeys) => changePreferences({ singleKeys })}
          />
          <Keys />
        </div>
      </Panel>
    </div>
  );
}
