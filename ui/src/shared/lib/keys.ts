import { useEffect } from "react";
import { createKeybindingsHandler } from "tinykeys";
import { type Command, type Registry, useCommandList, useRegistry } from "./commands.ts";
import { type Preferences, readPreferences, usePreferences } from "./preferences.ts";

const MODIFIERS = ["$mod", "Control", "Meta", "Alt"];

/** Tells whether a key works without Control, Command or Alt: those can be switched off as a whole. */
export function isSingle(key: string): boolean {
  return !MODIFIERS.some((modifier) => key.includes(`${modifier}+`));
}

/** Returns the keys of a command after the person's own changes. */
export function keysOf(
  command: Command,
  { keys, singleKeys }: Pick<Preferences, "keys" | "singleKeys">,
): readonly string[] {
  const own = keys[command.id];
  if (own === null) return [];
  const chosen = own === undefined ? (command.keys ?? []) : [own];
  return singleKeys ? chosen : chosen.filter((key) => !isSingle(key));
}

const SIGNS: Record<string, string> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
  Period: ".",
};

/** Writes a key as it stands on the keyboard: `Ctrl K`, `⌘ K`, `g t`, `Shift U`. */
export function keyText(key: string, mac = isMac()): string {
  return key
    .replace("[Shift]+", "")
    .replace("$mod", mac ? "⌘" : "Ctrl")
    .split("+")
    .map((part, at, all) => {
      const sign = SIGNS[part] ?? part;
      return sign.length === 1 && all.length > 1 && at === all.length - 1 ? sign.toUpperCase() : sign;
    })
    .join(" ");
}

/** Writes a key as `aria-keyshortcuts` wants it: `Control+k`. */
export function ariaKey(key: string): string {
  return key
    .replace("$mod", isMac() ? "Meta" : "Control")
    .replace("[Shift]+", "")
    .replace("Period", ".");
}

export function isMac(): boolean {
  return typeof navigator !== "undefined" && /Mac|iP/.test(navigator.platform);
}

/** Tells whether keys typed here are text. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLInputElement) {
    return !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
  }
  return target instanceof HTMLSelectElement;
}

/** Tells whether what has the focus may lose it to a place that is arriving: text and dialogs keep it. */
export function mayLoseFocus(focused: Element | null): boolean {
  return !takesText(focused) && !insideOverlay(focused);
}

/** Tells whether something that took over the keyboard is open around the target. */
function insideOverlay(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("[role=dialog],[role=alertdialog],[role=menu],[role=listbox]") !== null
  );
}

/** Decides whether a press runs a command, given where it was made. */
export function mayRun(
  command: Command,
  event: Pick<KeyboardEvent, "repeat" | "isComposing">,
  where: { text: boolean; overlay: boolean },
): boolean {
  if (event.isComposing) return false;
  if (event.repeat && !command.repeat) return false;
  return command.everywhere === true || !(where.text || where.overlay);
}

function listen(registry: Registry): () => void {
  const find = (key: string) => registry.at(key, (command) => keysOf(command, readPreferences()));

  const press = (key: string) => (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const command = find(key);
    const where = { text: takesText(event.target), overlay: insideOverlay(event.target) };
    if (!command || !mayRun(command, event, where)) return;
    event.preventDefault();
    if (!command.disabled) command.run();
  };

  let known = "";
  let handler: EventListener = () => {};
  const remap = () => {
    const preferences = readPreferences();
    const keys = new Set(
      registry
        .list()
        .filter((command) => !command.handled)
        .flatMap((command) => keysOf(command, preferences)),
    );
    // Making the handler anew forgets a half-typed sequence, so only do it for new keys.
    const name = [...keys].sort().join(" | ");
    if (name === known) return;
    known = name;
    handler = createKeybindingsHandler(Object.fromEntries([...keys].map((key) => [key, press(key)])), {
      ignore: (event) => event.isComposing,
    });
  };
  remap();
  const stop = registry.listen(remap);
  const onKey = (event: Event) => {
    remap();
    handler(event);
  };
  window.addEventListener("keydown", onKey);
  return () => {
    stop();
    window.removeEventListener("keydown", onKey);
  };
}

/** Returns the first key of a command that is on screen, after the person's own changes. */
export function useKeyOf(id: string | undefined): string | undefined {
  const commands = useCommandList();
  const preferences = usePreferences();
  const command = id === undefined ? undefined : commands.find((one) => one.id === id);
  return command && keysOf(command, preferences)[0];
}

/** Listens for the keys of all commands on screen. Called once, by the window. */
export function useKeys(): void {
  const registry = useRegistry();
  useEffect(() => listen(registry), [registry]);
}
