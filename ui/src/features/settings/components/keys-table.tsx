import { type KeyboardEvent, useState } from "react";
import { type Command, useCommandList } from "../../../shared/lib/commands.ts";
import { keysOf, keyText } from "../../../shared/lib/keys.ts";
import { changePreferences, usePreferences } from "../../../shared/lib/preferences.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { keyOfPress } from "../logic.ts";
import { words } from "../words.ts";
import s from "./look.module.css";
import panel from "./panel.module.css";

interface Props {
  /** Only commands with this in their title. */
  wanted?: string;
}

/** The keys of the commands that are at hand; each takes one key of a person's own, or none. */
export function Keys({ wanted = "" }: Props) {
  const commands = useCommandList();
  const sections = new Map<string, Command[]>();
  for (const command of commands) {
    if (!command.keys || !command.title.toLocaleLowerCase().includes(wanted)) continue;
    sections.set(command.section, [...(sections.get(command.section) ?? []), command]);
  }
  return (
    <table className={s.keys}>
      {[...sections].map(([section, list]) => (
        <tbody key={section}>
          <tr>
            <th scope="rowgroup" colSpan={4} className={s.section}>
              {section}
            </th>
          </tr>
          {list.map((command) => (
            <KeyRow key={command.id} command={command} commands={commands} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function KeyRow({ command, commands }: { command: Command; commands: readonly Command[] }) {
  const preferences = usePreferences();
  const [listening, setListening] = useState(false);
  // Single keys that are switched off as a whole can still be chosen.
  const chosen = { ...preferences, singleKeys: true };
  const keys = keysOf(command, chosen);
  const taken = commands.find(
    (other) => other.id !== command.id && keysOf(other, chosen).some((key) => keys.includes(key)),
  );
  const own = preferences.keys[command.id] !== undefined;

  const set = (key: string | null | undefined) => {
    const { [command.id]: _old, ...rest } = preferences.keys;
    changePreferences({ keys: key === undefined ? rest : { ...rest, [command.id]: key } });
    setListening(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!listening || event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") setListening(false);
    else {
      const key = keyOfPress(event);
      if (key) set(key);
    }
  };
  const label = (what: string) => `${words.keyOf(command.title)}: ${what}`;

  return (
    <tr>
      <th scope="row">{command.title}</th>
      <td>
        {keys.map((key) => (
          <kbd key={key}>{keyText(key)}</kbd>
        ))}
      </td>
      <td className={panel.muted}>{taken && words.keyTaken(taken.title)}</td>
      <td>
        {!command.handled && (
          <>
            <Button
              look="quiet"
              aria-label={label(words.keyChange)}
              onClick={() => setListening(true)}
              onKeyDown={onKeyDown}
              onBlur={() => setListening(false)}
            >
              {listening ? words.keyPress : words.keyChange}
            </Button>
            <Button
              look="quiet"
              aria-label={label(own ? words.keyReset : words.keyOff)}
              onClick={() => set(own ? undefined : null)}
            >
              {own ? words.keyReset : words.keyOff}
            </Button>
          </>
        )}
      </td>
    </tr>
  );
}
