import { setTimeout } from "node:timers/promises";
import type {
  Alert,
  Card,
  Code,
  Commands,
  Connection,
  CustomerRow,
  Limits,
  LooserLimits,
  Preferences,
  Status,
  Tab,
  Topic,
  Workflow,
} from "../../src/generated/commands.ts";
import { answers } from "./answers.ts";
import { Door } from "./door.ts";
import { Refusal } from "./refusal.ts";
import { connections } from "./world/accounts.ts";
import { customers } from "./world/people.ts";
import { card } from "./world/proposals.ts";
import { alerts, status, workflows } from "./world/shop.ts";
import { NOW } from "./world/units.ts";

/** The state in words, as the core says it. */
function lineOf(card: Card): string {
  switch (card.state) {
    case "approved":
      return `Approved by ${card.decided_by}`;
    case "sending":
      return "Sending to Shopify";
    case "accepted":
      return "Shopify has it; not visible yet";
    case "confirmed":
      return "Done, receipt 88121";
    case "in_doubt":
      return "Unknown: the answer was lost. Asking Shopify; not sent again meanwhile";
    case "refused":
      return card.outcome ?? "Refused";
    default:
      return "Waits for you";
  }
}

/**
 * The core as the window sees it: the same commands, over the same HTTP, from a world in memory.
 *
 * It keeps the rules that the window is tested against (versions, undo windows, the 300 ms), and
 * none of the rest. The real core takes its place when `FERMATA_URL` is set.
 */
export class FakeCore {
  readonly token = "test-token";
  url = "";
  status: Status = structuredClone(status);
  cards: Card[] = Array.from({ length: 34 }, (_, at) => card(at));
  people: CustomerRow[] = customers(500);
  alerts: Alert[] = structuredClone(alerts);
  connections: Connection[] = connections();
  workflows: Workflow[] = workflows();
  preferences: Preferences = {
    theme: "system",
    notifications: true,
    tray: true,
    undo_seconds: 30,
    person: "Mia",
  };
  limits: Limits = {
    per_action: "50.00",
    per_customer_day: "100.00",
    per_workflow_day: "800.00",
    actions_per_customer_day: 5,
    actions_per_workflow_day: 200,
    agent_limit: "25.00",
    two_people_above: null,
  };
  looser: LooserLimits | null = null;
  undoMs = 30_000;
  /** How far the core's clock has leapt, so that a test need not wait. */
  leaptMs = 0;
  /** How long a card must have been shown before it is decided. */
  readingMs = 300;
  /** How long every answer takes. */
  answerMs = 0;
  /** Cuts every connection and takes no new one, as a core does that has ended. */
  away = false;
  /** Answers every command with this, to see what a screen makes of it. */
  broken: Refusal | undefined;
  /** Accounts whose credentials arrived, by platform. */
  readonly connected: Commands["connections_add"]["request"][] = [];
  /** Sign-ins by the browser that were begun, and those that were cancelled. */
  readonly begun: Commands["sign_in_begin"]["request"][] = [];
  readonly cancelled: string[] = [];
  /** Accounts that were signed in again. */
  /** What the next sign-in by the browser leaves behind at the platform. */
  left: string | null = null;
  readonly signedIn: Commands["connections_sign_in"]["request"][] = [];
  /** What the person at the platform says; there once somebody waits for it. */
  person: ((approves: boolean) => void) | undefined;

  /** Proposals that a person has put off. */
  readonly later = new Set<number>();

  readonly #answers = answers(this);
  readonly #door = new Door(this);
  #before = new Map<keyof Commands, () => void | Promise<void>>();
  #waiting = new Map<keyof Commands, number>();
  #started = Date.now();

  now(): number {
    return NOW + this.leaptMs + (Date.now() - this.#started);
  }

  async start(): Promise<void> {
    this.url = await this.#door.open();
  }

  stop(): Promise<void> {
    return this.#door.close();
  }

  /** Announces a change, as the core's change log does. */
  change(...topics: Topic[]): void {
    this.#door.tell("changed", { topics });
  }

  /**
   * Does something each time a command arrives, before it is answered; until it is told otherwise.
   *
   * Here and not by a route in the browser: one that is made while the page lives can come too late.
   */
  before(name: keyof Commands, act: (() => void | Promise<void>) | undefined): void {
    if (act) this.#before.set(name, act);
    else this.#before.delete(name);
  }

  /** Keeps a command waiting until the returned function is called, with what is refused, if anything is. */
  holdBack(name: keyof Commands): (refused?: Refusal) => void {
    let go: (refused?: Refusal) => void = () => {};
    const gone = new Promise<Refusal | undefined>((done) => {
      go = done;
    });
    this.before(name, async () => {
      this.#waiting.set(name, this.waiting(name) + 1);
      const refused = await gone;
      this.#waiting.set(name, this.waiting(name) - 1);
      if (refused) throw refused;
    });
    return go;
  }

  /** How many such commands are held back. */
  waiting(name: keyof Commands): number {
    return this.#waiting.get(name) ?? 0;
  }

  /** Breaks off every stream of changes; the windows connect again. */
  cutStreams(): void {
    this.#door.cutStreams();
  }

  /** Changes one card behind the window's back. */
  move(id: number, change: Partial<Card>): void {
    const at = this.cards.findIndex((card) => card.id === id);
    const old = this.cards[at];
    if (!old) throw new Error(`no card ${id}`);
    const next = { ...old, version: old.version + 1, ...change };
    this.cards[at] = { ...next, line: lineOf(next) };
    this.change("approvals", "status", "customers");
  }

  stateOf(id: number): Card["state"] | undefined {
    return this.cards.find((card) => card.id === id)?.state;
  }

  breakWith(code: Code, message: string, hint: string | null): void {
    this.broken = new Refusal(code, message, hint);
  }

  card(id: number): Card {
    const card = this.cards.find((one) => one.id === id);
    if (!card) throw new Refusal("not_found", "There is no such proposal.");
    return card;
  }

  /** What a tab of the queue holds. */
  cardsIn(tab: Tab): Card[] {
    const states: Record<Tab, Card["state"][]> = {
      waiting: ["held"],
      suggestions: [],
      leaving: ["approved", "sending", "accepted"],
      in_doubt: ["in_doubt"],
      decided: ["confirmed", "refused", "expired", "undone"],
    };
    return this.cards.filter((card) => states[tab].includes(card.state) && !this.later.has(card.id));
  }

  /** Answers one command, as slowly and as well as it is told to. */
  async answer(name: string, request: unknown): Promise<unknown> {
    await this.#before.get(name as keyof Commands)?.();
    if (this.broken && name !== "status") throw this.broken;
    const answer = (this.#answers as Record<string, ((request: unknown) => unknown) | undefined>)[name];
    if (!answer) throw new Refusal("bad_request", `There is no command ${name}.`);
    const said = structuredClone(await answer(request));
    if (this.answerMs > 0) await setTimeout(this.answerMs);
    return said;
  }
}
