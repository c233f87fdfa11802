import type { Command } from "./commands.ts";

interface List {
  /** What the ids begin with, such as `customers`. */
  id: string;
  section: string;
  titles: { next: string; previous: string; open: string };
  move: (step: number) => void;
  open: () => void;
}

/** What the keyboard does in every list: `j` and `k`, and Enter, which the list itself listens for. */
export function listCommands({ id, section, titles, move, open }: List): Command[] {
  const step = (name: string, title: string, key: string, by: number): Command => ({
    id: `${id}.${name}`,
    title,
    section,
    keys: [key],
    repeat: true,
    quiet: true,
    run: () => move(by),
  });
  return [
    step("next", titles.next, "j", 1),
    step("previous", titles.previous, "k", -1),
    { id: `${id}.open`, title: titles.open, section, keys: ["Enter"], quiet: true, handled: true, run: open },
  ];
}
