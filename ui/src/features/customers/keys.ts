import type { Command } from "../../shared/lib/commands.ts";
import { words } from "./words.ts";

interface List {
  move: (step: number) => void;
  open: () => void;
  search: () => void;
}

export function customersCommands({ move, open, search }: List): Command[] {
  const { section } = words;
  return [
    { id: "customers.search", title: words.keySearch, section, keys: ["/"], run: search },
    {
      id: "customers.next",
      title: words.keyNext,
      section,
      keys: ["j"],
      repeat: true,
      quiet: true,
      run: () => move(1),
    },
    {
      id: "customers.previous",
      title: words.keyPrevious,
      section,
      keys: ["k"],
      repeat: true,
      quiet: true,
      run: () => move(-1),
    },
    {
      id: "customers.open",
      title: words.keyOpen,
      section,
      keys: ["Enter"],
      quiet: true,
      handled: true,
      run: open,
    },
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
    {
      id: "customer.next",
      title: words.keyNext,
      section,
      keys: ["j"],
      repeat: true,
      quiet: true,
      run: () => move(1),
    },
    {
      id: "customer.previous",
      title: words.keyPrevious,
      section,
      keys: ["k"],
      repeat: true,
      quiet: true,
      run: () => move(-1),
    },
    {
      id: "customer.open",
      title: words.keyOpen,
      section,
      keys: ["Enter"],
      quiet: true,
      handled: true,
      run: open,
    },
    { id: "customer.back", title: words.keyBack, section, keys: ["Escape"], quiet: true, run: back },
    { id: "customer.type", title: words.keyType, section, keys: ["f"], run: type },
    { id: "customer.why", title: words.keyWhy, section, keys: ["w"], run: why },
  ];
}
