import type { Command } from "../../shared/lib/commands.ts";
import { listCommands } from "../../shared/lib/list-keys.ts";
import { words } from "./words.ts";

const titles = { next: words.keyNext, previous: words.keyPrevious, open: words.keyOpen };

interface List {
  move: (step: number) => void;
  open: () => void;
  search: () => void;
}

export function customersCommands({ move, open, search }: List): Command[] {
  const { section } = words;
  return [
    { id: "customers.search", title: words.keySearch, section, keys: ["/"], run: search },
    ...listCommands({ id: "customers", section, titles, move, open }),
  ];
}

interface Detail {
  move: (step: number) => void;
  open: () => void;
  back: () => void;
  type: () => void;
  why: () => void;
}

export function customerCommands({ move, open, back, type, why }: Detail): Command[] {
  const { section } = words;
  return [
    ...listCommands({ id: "customer", section, titles, move, open }),
    { id: "customer.back", title: words.keyBack, section, keys: ["Escape"], quiet: true, run: back },
    { id: "customer.type", title: words.keyType, section, keys: ["f"], run: type },
    { id: "customer.why", title: words.keyWhy, section, keys: ["w"], run: why },
  ];
}
