import { useMemo, useState } from "react";
import { Autocomplete, Input, Menu, MenuItem, TextField, useFilter } from "react-aria-components";
import { useLocation } from "wouter";
import { useCommandList } from "../shared/lib/commands.ts";
import { keysOf, keyText } from "../shared/lib/keys.ts";
import { usePreferences } from "../shared/lib/preferences.ts";
import { Dialog } from "../shared/ui/dialog.tsx";
import s from "./palette.module.css";
import { words } from "./words.ts";

const CUSTOMERS = "find.customers";

/** Search and commands: everything the window can do, by name. */
export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog title={words.findTitle} open={open} onClose={onClose}>
      <Finder onClose={onClose} />
    </Dialog>
  );
}

function Finder({ onClose }: { onClose: () => void }) {
  const commands = useCommandList();
  const preferences = usePreferences();
  const { contains } = useFilter({ sensitivity: "base" });
  const [text, setText] = useState("");
  const [, go] = useLocation();

  const shown = useMemo(
    () => commands.filter((command) => !command.quiet && contains(command.title, text.trim())),
    [commands, contains, text],
  );

  const run = (id: string) => {
    onClose();
    if (id === CUSTOMERS) go(`/customers?q=${encodeURIComponent(text.trim())}`);
    // The dialog gives the focus back first; the command may want to move it.
    else setTimeout(() => shown.find((command) => command.id === id)?.run(), 0);
  };

  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <TextField aria-label={words.findTitle} autoFocus>
        <Input className={s.input ?? ""} placeholder={words.find} />
      </TextField>
      <Menu
        className={s.list ?? ""}
        aria-label={words.findTitle}
        onAction={(key) => run(String(key))}
        renderEmptyState={() => <p className={s.none}>{words.findNothing}</p>}
        disabledKeys={shown.filter((command) => command.disabled).map((command) => command.id)}
      >
        {[
          ...shown.map((command) => {
            const key = keysOf(command, preferences)[0];
            return (
              <MenuItem key={command.id} id={command.id} textValue={command.title} className={s.item ?? ""}>
                <span>{command.title}</span>
                <span className={s.aside}>{command.disabled ?? command.section}</span>
                {key && <kbd>{keyText(key)}</kbd>}
              </MenuItem>
            );
          }),
          ...(text.trim() === ""
            ? []
            : [
                <MenuItem key={CUSTOMERS} id={CUSTOMERS} textValue={text} className={s.item ?? ""}>
                  {words.findCustomers(text.trim())}
                </MenuItem>,
              ]),
        ]}
      </Menu>
    </Autocomplete>
  );
}
