import type { Command } from "../../shared/lib/commands.ts";
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
  const list: Command[] = [
    {
      id: "today.next",
      title: words.keyNext,
      section,
      keys: ["j"],
      repeat: true,
      quiet: true,
      run: () => move(1),
    },
    {
      id: "today.previous",
      title: words.keyPrevious,
      section,
      keys: ["k"],
      repeat: true,
      quiet: true,
      run: () => move(-1),
    },
    {
      id: "today.open",
      title: words.keyOpen,
      section,
      keys: ["Enter"],
      quiet: true,
      handled: true,
      run: open,
    },
  ];
  if (need?.kind !== "alert") return list;
  return [
    ...list,
    { id: "today.mine", title: words.mine, section, keys: ["m"], disabled: why, run: mine },
    { id: "today.snooze", title: words.snooze, section, keys: ["z"], disabled: why, run: snooze },
    { id: "today.done", title: words.done, section, keys: ["d"], disabled: why, run: done },
  ];
}
