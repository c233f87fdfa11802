import { useState } from "react";
import { useCommandList } from "../shared/lib/commands.ts";
import { keysOf, keyText } from "../shared/lib/keys.ts";
import { usePreferences } from "../shared/lib/preferences.ts";
import { Dialog } from "../shared/ui/dialog.tsx";
import { Field } from "../shared/ui/field.tsx";
import s from "./help.module.css";
import { words } from "./words.ts";

/** Every key that works here, from the same list that makes it work. */
export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog wide title={words.help} open={open} onClose={onClose}>
      <Keys />
    </Dialog>
  );
}

function Keys() {
  const commands = useCommandList();
  const preferences = usePreferences();
  const [text, setText] = useState("");
  const wanted = text.trim().toLocaleLowerCase();
  const sections = new Map<string, typeof commands>();
  for (const command of commands) {
    if (!command.keys || !command.title.toLocaleLowerCase().includes(wanted)) continue;
    sections.set(command.section, [...(sections.get(command.section) ?? []), command]);
  }
  return (
    <>
      <Field label={words.helpFilter} value={text} onChange={setText} autoFocus />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
      <div className={s.scroll} role="group" aria-label={words.help} tabIndex={0}>
        <div className={s.sections}>
          {[...sections].map(([section, list]) => (
            <section key={section}>
              <h3>{section}</h3>
              <dl className={s.keys}>
                {list.map((command) => {
                  const keys = keysOf(command, preferences);
                  return (
                    <div key={command.id}>
                      <dt>{command.title}</dt>
                      <dd>
                        {keys.length === 0 ? (
                          <span className={s.none}>{words.noKey}</span>
                        ) : (
                          keys.slice(0, 2).map((key) => <kbd key={key}>{keyText(key)}</kbd>)
                        )}
                      </dd>
                    </div>
                  );
                })}
              </dl>
            </section>
          ))}
        </div>
      </div>
      <p className={s.hint}>{words.helpHint}</p>
    </>
  );
}
