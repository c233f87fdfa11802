import { type KeyboardEvent, useState } from "react";
import { type Command, useCommandList } from "../../../shared/lib/commands.ts";
import { keysOf, keyText } from "../../../shared/lib/keys.ts";
import { changePreferences, usePreferences } from "../../../shared/lib/preferences.ts";
import { Button } from "../../../shared/ui/button.tsx";
import { keyOfPress } from "../logic.ts";
import { words } from "../words.ts";
import s from "./look.module.css";

/** Changes the keys of the commands that are at hand; each takes one key of a person's own, or none. */
export function Keys() {
  const commands = useCommandList().filter((command) => command.keys && !command.handled);
  const preferences = usePreferences();
  const [listening, setListening] = useState<string>();

  const set = (id: string, key: string | null | undefined) => {
    const { [id]: _old, ...rest } = preferences.keys;
    changePreferences({ keys: key === undefined ? rest : { ...rest, [id]: key } });
    setListening(undefined);
  };
  const onKeyDown = (event: KeyboardEvent, command: Command) => {
    if (listening !== command.id || event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") setListening(undefined);
    else {
      const key = keyOfPress(event);
      if (key) set(command.id, key);
    }
  };

  return (
    <table className={s.keys}>
      <tbody>
        {commands.map((command) => {
          const key = keysOf(command, { ...preferences, singleKeys: true })[0];
          const taken = commands.find(
            (other) =>
              key !== undefined &&
              other.id !== command.id &&
              keysOf(other, { ...preferences, singleKeys: true }).includes(key),
          );
          return (
            <tr key={command.id}>
              <th scope="row">{command.title}</th>
              <td>{key && <kbd>{keyText(key)}</kbd>}</td>
              <td className={s.muted}>{taken && words.keyTaken(taken.title)}</td>
              <td>
                <Button
                  look="quiet"
                  aria-label={`${words.keyOf(command.title)}: ${words.keyChange}`}
                  onClick={() => setListening(command.id)}
                  onKeyDown={(event) => onKeyDown(event, command)}
                  onBlur={() => setListening(undefined)}
                >
                  {listening === command.id ? words.keyPress : words.keyChange}
                </Button>
                {preferences.keys[command.id] === undefined ? (
                  <Button
                    look="quiet"
                    aria-label={`${words.keyOf(command.title)}: ${words.keyOff}`}
                    onClick={() => set(command.id, null)}
                  >
                    {words.keyOff}
                  </Button>
                ) : (
                  <Button
                    look="quiet"
                    aria-label={`${words.keyOf(command.title)}: ${words.keyReset}`}
                    onClick={() => set(command.id, undefined)}
                  >
                    {words.keyReset}
                  </Button>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
