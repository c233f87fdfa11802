import type { Command } from "../../shared/lib/commands.ts";
import { listCommands } from "../../shared/lib/list-keys.ts";
import type { Need } from "./logic.ts";
import { words } from "./words.ts";

interface At {
  need: Need | undefined;
  /** Why alerts cannot be acted on by this person. */
  why: string | undefined;
  move: (step: number) => void;
  open: () => void;
  mine: () => void;
  snooze: () => void;
  done: () => void;
}

/** What the keyboard does in Today. */
export function todayCommands({ need, why, move, open, mine, snooze, done }: At): Command[] {
  const { section } = words;
  const list = listCommands({
    id: "today",
    section,
    titles: { next: words.keyNext, previous: words.keyPrevious, open: words.keyOpen },
    move,
    open,
  });
  if (need?.kind !== "alert") return list;
  return [
    ...list,
    { id: "today.mine", title: words.mine, section, keys: ["m"], disabled: why, run: mine },
    { id: "today.snooze", title: words.snooze, section, keys: ["z"], disabled: why, run: snooze },
    { id: "today.done", title: words.done, section, keys: ["d"], disabled: why, run: done },
  ];
}
