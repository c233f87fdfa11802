import { createContext, useContext, useId, useLayoutEffect, useSyncExternalStore } from "react";

/** Something a person can tell the window to do: one entry for palette, key, help and menu alike. */
export interface Command {
  /** Stable name, such as `approvals.approve`; a changed key is stored under it. */
  id: string;
  /** What the palette and the help say. */
  title: string;
  /** Heading under which the help lists it. */
  section: string;
  /** Keys in the notation of tinykeys, such as `g t`, `$mod+k` or `Shift+U`. */
  keys?: readonly string[];
  run: () => void;
  /** Why it cannot be done now. It stays listed, so that the reason can be read. */
  disabled?: string | undefined;
  /** Works inside text fields and dialogs too; only for keys with a modifier. */
  everywhere?: boolean;
  /** A key held down runs it again and again. */
  repeat?: boolean;
  /** Listed in the help but not offered in the palette, such as moving by one row. */
  quiet?: boolean;
  /** The control itself listens for its keys; here they are only written down. */
  handled?: boolean;
}

/** Whose commands these are: those of a place win over those of the window around it. */
export type Layer = "window" | "place";

/** The commands of what is on screen: those of the place before the window's, the latest first. */
export class Registry {
  #groups = new Map<string, { layer: Layer; commands: readonly Command[] }>();
  #listeners = new Set<() => void>();
  #list: readonly Command[] = [];

  put(group: string, commands: readonly Command[], layer: Layer = "place"): void {
    this.#groups.set(group, { layer, commands });
    this.#changed();
  }

  drop(group: string): void {
    this.#groups.delete(group);
    this.#changed();
  }

  list = (): readonly Command[] => this.#list;

  listen = (tell: () => void): (() => void) => {
    this.#listeners.add(tell);
    return () => this.#listeners.delete(tell);
  };

  /** Returns the command a key belongs to: a page's own key wins over the window's. */
  at(key: string, keysOf: (command: Command) => readonly string[]): Command | undefined {
    return this.#list.find((command) => !command.handled && keysOf(command).includes(key));
  }

  #changed() {
    const latest = [...this.#groups.values()].reverse();
    const of = (layer: Layer) => latest.filter((group) => group.layer === layer);
    this.#list = [...of("place"), ...of("window")].flatMap((group) => group.commands);
    for (const tell of this.#listeners) tell();
  }
}

const RegistryContext = createContext(new Registry());

export const RegistryProvider = RegistryContext.Provider;

export function useRegistry(): Registry {
  return useContext(RegistryContext);
}

/** Offers commands while the calling component is on screen. */
export function useCommands(commands: readonly Command[], layer: Layer = "place"): void {
  const registry = useRegistry();
  const group = useId();
  // Before the paint: buttons show the keys that they find here.
  useLayoutEffect(() => {
    registry.put(group, commands, layer);
  });
  useLayoutEffect(() => () => registry.drop(group), [registry, group]);
}

/** Returns all commands on screen, for palette and help. */
export function useCommandList(): readonly Command[] {
  const registry = useRegistry();
  return useSyncExternalStore(registry.listen, registry.list);
}
