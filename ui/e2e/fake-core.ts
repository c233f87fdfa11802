import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { setTimeout } from "node:timers/promises";
import type {
  Alert,
  Approvals,
  Card,
  Code,
  Commands,
  Connection,
  CustomerRow,
  Decision,
  Limits,
  LooserLimits,
  Preferences,
  Status,
  Tab,
  TimelineFilter,
  Topic,
  Workflow,
} from "../src/generated/commands.ts";
import * as world from "./fake-world.ts";

const DIST = join(import.meta.dirname, "..", "dist");
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** What the core refuses, in its own words. */
export class Refusal extends Error {
  readonly code: Code;
  readonly hint: string | null;

  constructor(code: Code, message: string, hint: string | null = null) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

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

type Handlers = {
  [Name in keyof Commands]: (
    request: Commands[Name]["request"],
  ) => Commands[Name]["response"] | Promise<Commands[Name]["response"]>;
};

/**
 * The core as the window sees it: the same commands, over the same HTTP, from a world in memory.
 *
 * It keeps the rules that the window is tested against (versions, undo windows, the 300 ms), and
 * none of the rest. The real core takes its place when `FERMATA_URL` is set.
 */
export class FakeCore {
  readonly token = "test-token";
  url = "";
  status: Status = structuredClone(world.status);
  cards: Card[] = Array.from({ length: 34 }, (_, at) => world.card(at));
  people: CustomerRow[] = world.customers(500);
  alerts: Alert[] = structuredClone(world.alerts);
  connections: Connection[] = world.connections();
  workflows: Workflow[] = world.workflows();
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
  readonly signedIn: Commands["connections_sign_in"]["request"][] = [];
  /** What the person at the platform says; there once somebody waits for it. */
  person: ((approves: boolean) => void) | undefined;

  #server: Server | undefined;
  #listeners = new Set<ServerResponse>();
  #before = new Map<keyof Commands, () => void | Promise<void>>();
  #shown = new Map<string, number>();
  #started = Date.now();

  now(): number {
    return world.NOW + (Date.now() - this.#started);
  }

  async start(): Promise<void> {
    if (!existsSync(join(DIST, "index.html"))) throw new Error("dist/ is missing: run `npm run build` first");
    const server = createServer(
      (request, response) => void this.#answer(request, response).catch(() => response.destroy()),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const listener of this.#listeners) listener.end();
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  }

  /** Announces a change, as the core's change log does. */
  change(...topics: Topic[]): void {
    for (const listener of this.#listeners) {
      listener.write(`event: changed\ndata: ${JSON.stringify({ topics })}\n\n`);
    }
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

  /** Keeps a command waiting until the returned function is called. */
  holdBack(name: keyof Commands): () => void {
    let go = () => {};
    const gone = new Promise<void>((done) => {
      go = done;
    });
    this.before(name, () => gone);
    return go;
  }

  /** Breaks off every stream of changes; the windows connect again. */
  cutStreams(): void {
    for (const listener of this.#listeners) listener.destroy();
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

  #card(id: number): Card {
    const card = this.cards.find((one) => one.id === id);
    if (!card) throw new Refusal("not_found", "There is no such proposal.");
    return card;
  }

  #in(tab: Tab): Card[] {
    const states: Record<Tab, Card["state"][]> = {
      waiting: ["held"],
      suggestions: [],
      leaving: ["approved", "sending", "accepted"],
      in_doubt: ["in_doubt"],
      decided: ["confirmed", "refused", "expired", "undone"],
    };
    return this.cards.filter((card) => states[tab].includes(card.state) && !this.#later.has(card.id));
  }

  #later = new Set<number>();

  #sum(cards: readonly Card[]): Approvals["total"] {
    const minor = cards.reduce((sum, card) => sum + (card.amount?.minor ?? 0), 0);
    return { count: cards.length, amounts: minor === 0 ? [] : [{ minor, currency: "EUR" }] };
  }

  #decide(id: number, version: number, decision: Decision): Card {
    const card = this.#card(id);
    if (card.version !== version) {
      throw new Refusal(
        "changed",
        "This changed since you looked. Nothing was decided.",
        "Read it again, then decide.",
      );
    }
    if (card.state !== "held") throw new Refusal("changed", "This is decided already.");
    const shown = this.#shown.get(`${id} ${version}`);
    if (shown !== undefined && Date.now() - shown < this.readingMs)
      throw new Refusal("too_fast", "Too fast to have read.");
    const by = { decided_by: this.status.person };
    if (decision.is === "approve") {
      this.move(id, { ...by, state: "approved", leaves_at: world.iso(this.now() + this.undoMs) });
    } else if (decision.is === "reject") {
      this.move(id, { ...by, state: "refused", outcome: `Rejected by ${by.decided_by}: ${decision.reason}` });
    } else if (decision.is === "edit") {
      this.move(id, { amount: decision.amount ?? card.amount });
    } else {
      this.#later.add(id);
      this.move(id, {});
    }
    return this.#card(id);
  }

  readonly #handlers: Handlers = {
    status: () => ({
      ...this.status,
      waiting: this.#in("waiting").length,
      in_doubt: this.#in("in_doubt").length,
      alerts: this.alerts.length,
      now: world.iso(this.now()),
    }),
    practice_start: () => {
      this.status = { ...this.status, phase: "ready", practice: true };
      this.change("status", "connections", "customers", "approvals");
      return this.#handlers.status({});
    },
    stop_set: ({ on, reason }) => {
      this.status.stop = on ? { by: this.status.person, at: world.iso(this.now()), reason } : null;
      this.cards = this.cards.map((card) =>
        card.state === "approved" ? { ...card, held_back: on ? "all sending is stopped" : null } : card,
      );
      this.change("status", "approvals");
      return this.#handlers.status({});
    },
    preferences: () => this.preferences,
    preferences_set: (next) => {
      this.preferences = next;
      return next;
    },
    limits: () => ({ limits: this.limits, waiting: this.looser }),
    // Of all limits the fake knows only one that can be looser.
    limits_set: (next) => {
      const looser = Number(next.per_action) > Number(this.limits.per_action);
      this.looser = looser ? { limits: next, from: world.iso(this.now() + 86_400_000), by: "Mia" } : null;
      this.limits = looser ? { ...next, per_action: this.limits.per_action } : next;
      return this.#handlers.limits({});
    },
    platforms: () => world.platforms,
    connections: () => this.connections,
    connections_test: ({ credentials }) => {
      if (Object.values(credentials).includes("wrong")) {
        throw new Refusal(
          "sign_in",
          "The platform refuses these credentials. Nothing was kept.",
          "Check the key, or make a new one.",
        );
      }
      return {
        account: "Northlight Goods",
        currency: "EUR",
        time_zone: "Europe/Berlin",
        granted: ["read_orders", "read_customers", "write_orders"],
        missing: [{ name: "read_all_orders", needed_for: "orders older than 60 days", required: false }],
        preview: [
          {
            stream: "customers",
            total: 12_480,
            examples: ["Ana Ruiz, ana.ruiz@example.com", "James Smith, j.smith@example.com"],
            problem: null,
          },
          {
            stream: "orders",
            total: 58_000,
            examples: ["#10482, 14 Nov, 102.70 €", "#10481, 14 Nov, 31.00 €"],
            problem: null,
          },
        ],
      };
    },
    connections_add: (request) => {
      this.connected.push(request);
      this.status = { ...this.status, phase: "ready", practice: false };
      const made: Connection = {
        ...(world.connections()[0] as Connection),
        id: 9,
        platform: request.platform,
      };
      this.connections = [...this.connections.filter((one) => one.id !== 9), made];
      this.change("connections", "status");
      return made;
    },
    sign_in_begin: (request) => {
      this.begun.push(request);
      this.person = undefined;
      const id = `sign-in-${this.begun.length}`;
      return {
        id,
        page: `${this.url}/approve`,
        redirect: "http://127.0.0.1:7434/shopify",
        ends_at: world.iso(this.now() + 300_000),
      };
    },
    sign_in_await: () =>
      new Promise((resolve, reject) => {
        this.person = (approves) => {
          if (approves) {
            resolve(this.#handlers.connections_test({ platform: "shopify", base_url: "", credentials: {} }));
            return;
          }
          const said = "Shopify did not approve: it was refused there. Nothing was connected.";
          reject(new Refusal("sign_in", said, "Approve it as somebody who may install apps in this shop."));
        };
      }),
    sign_in_cancel: ({ id }) => {
      this.cancelled.push(id);
      return {};
    },
    connections_sign_in: ({ id, credentials, approval }) => {
      const found = this.connections.find((one) => one.id === id);
      if (!found) throw new Refusal("not_found", "There is no such account.");
      if (Object.values(credentials).includes("another")) {
        const said =
          "These credentials belong to Another Shop, not to Northlight Goods. Nothing was changed.";
        throw new Refusal("bad_request", said, "Connect the other account as one of its own.");
      }
      this.signedIn.push({ id, credentials, ...(approval ? { approval } : {}) });
      Object.assign(found, { health: "live", problem: null });
      this.change("connections", "status", "alerts");
      return found;
    },
    connections_remove: ({ id }) => {
      this.connections = this.connections.filter((one) => one.id !== id);
      return {};
    },
    connections_sync: ({ id }) => {
      const found = this.connections.find((one) => one.id === id);
      if (!found) throw new Refusal("not_found", "There is no such account.");
      return found;
    },
    connections_share: ({ id, share }) => {
      const found = this.connections.find((one) => one.id === id);
      if (!found) throw new Refusal("not_found", "There is no such account.");
      if (share === 100) throw new Refusal("bad_request", "The platform allows no more than 75 %.");
      return Object.assign(found, { share });
    },
    connections_prove: ({ id }) => {
      const found = this.connections.find((one) => one.id === id);
      if (!found) throw new Refusal("not_found", "There is no such account.");
      const at = world.iso(this.now());
      const streams = found.streams.length;
      found.last_proof = { at, holds: true, streams, failed: 0, unexplained: 0 };
      return {
        connection: id,
        began_at: at,
        ended_at: at,
        holds: true,
        streams: found.streams.map(({ stream, landed }) => ({
          stream,
          holds: true,
          here: { records: landed, sums: [], digest: "0f" },
          there: { records: landed, sums: [], digest: "0f" },
          unexplained: 0,
          first: [],
          set_aside: 0,
          changed_meanwhile: 0,
          not_yet_read: 0,
          problem: null,
        })),
      };
    },
    set_aside_list: () => [
      {
        id: 1,
        connection: 1,
        stream: "orders",
        external_id: "5512",
        reason: "The total is no amount: “12,3,4”",
        at: world.iso(world.NOW),
      },
      {
        id: 2,
        connection: 1,
        stream: "orders",
        external_id: null,
        reason: "The record has no id",
        at: world.iso(world.NOW),
      },
    ],
    set_aside_retry: () => {
      for (const connection of this.connections) connection.set_aside = 0;
      return { recovered: 2, still_aside: 0 };
    },
    today: () => {
      const waiting = this.#in("waiting");
      return {
        waiting: this.#sum(waiting),
        oldest_waiting: waiting.at(-1)?.made_at ?? null,
        next_deadline: waiting[0]?.deadline ?? null,
        in_doubt: this.#sum(this.#in("in_doubt")),
        alerts: this.alerts,
        figures: world.figures,
        onboarding: [
          { id: "connect", done: true, evidence: "3 accounts" },
          { id: "history", done: false, evidence: "41,200 of about 58,000 orders" },
          { id: "first_customer", done: true, evidence: "500 customers" },
          { id: "first_decision", done: false, evidence: "none yet" },
        ],
      };
    },
    alerts: () => this.alerts,
    alerts_act: ({ id, act }) => {
      if (act === "mine") {
        this.alerts = this.alerts.map((one) => (one.id === id ? { ...one, owner: this.status.person } : one));
      } else {
        this.alerts = this.alerts.filter((one) => one.id !== id);
      }
      return this.alerts;
    },
    approvals_list: ({ tab, offset, limit }) => {
      const cards = this.#in(tab);
      const count = (one: Tab) => this.#in(one).length;
      return {
        cards: cards.slice(offset, offset + (limit || 200)),
        total: this.#sum(cards),
        counts: {
          waiting: count("waiting"),
          suggestions: count("suggestions"),
          leaving: count("leaving"),
          in_doubt: count("in_doubt"),
          decided: count("decided"),
        },
        median_seconds_to_decide: 260,
        now: world.iso(this.now()),
      };
    },
    approvals_show: ({ id }) => {
      const card = this.#card(id);
      const key = `${id} ${card.version}`;
      if (!this.#shown.has(key)) this.#shown.set(key, Date.now());
      return world.proposal(card, this.cards);
    },
    approvals_decide: ({ id, version, decision }) => ({ card: this.#decide(id, version, decision) }),
    approvals_decide_many: ({ items, decision }) => {
      const done: Card[] = [];
      const exceptions: Commands["approvals_decide_many"]["response"]["exceptions"] = [];
      for (const { id, version } of items) {
        try {
          done.push(this.#decide(id, version, decision));
        } catch (failure) {
          if (!(failure instanceof Refusal)) throw failure;
          exceptions.push({ id, code: failure.code, message: failure.message });
        }
      }
      return { done, exceptions, sum: this.#sum(done) };
    },
    approvals_undo: ({ ids }) => {
      const held: Card[] = [];
      const too_late: Commands["approvals_undo"]["response"]["too_late"] = [];
      for (const id of ids) {
        if (this.#card(id).state === "approved") {
          this.move(id, { state: "held", leaves_at: null, decided_by: null });
          held.push(this.#card(id));
        } else {
          too_late.push({ id, code: "too_late", message: "Leaving; undo is no longer possible." });
        }
      }
      return { held, too_late };
    },
    approvals_look: ({ id }) => {
      this.move(id, { next_look: world.iso(this.now() + 60_000) });
      return { card: this.#card(id) };
    },
    approvals_settle: ({ id, happened, note }) => {
      this.move(
        id,
        happened
          ? { state: "confirmed", outcome: `settled by Mia: ${note}` }
          : { state: "refused", outcome: `Settled by Mia: ${note}. Nothing was paid` },
      );
      return { card: this.#card(id) };
    },
    approvals_propose: () => {
      throw new Refusal("bad_request", "No connected platform can do that.");
    },
    approvals_take_back: ({ id }) => {
      this.move(id, { state: "undone" });
      return { card: this.#card(id) };
    },
    ledger_list: () => ({ entries: [], next: null }),
    audit_check: () => ({ entries: 1_204, head: "9f2b8c51e0", first_bad: null }),
    customers_search: ({ text, offset, limit }) => {
      const wanted = text.toLowerCase();
      const found =
        wanted === ""
          ? this.people
          : this.people.filter((row) => `${row.name} ${row.email}`.toLowerCase().includes(wanted));
      return { rows: found.slice(offset, offset + (limit || 100)), total: found.length, total_exact: true };
    },
    customers_find: () => {
      throw new Refusal("not_found", "There is no such customer.");
    },
    customers_show: ({ id }) => {
      const row = this.people.find((one) => one.id === id);
      if (!row) throw new Refusal("not_found", "There is no such customer.");
      const contact = row.email ?? "";
      return {
        row,
        identities: [
          {
            id: 1,
            platform: "shopify",
            external_id: "7001",
            name: row.name,
            contacts: [contact, "+49 30 901820"],
            reasons: [],
          },
          {
            id: 2,
            platform: "gorgias",
            external_id: "311",
            name: row.name.split(" ")[0] ?? null,
            contacts: [contact.toUpperCase()],
            reasons: ["same e-mail address, written in capitals"],
          },
          {
            id: 3,
            platform: "klaviyo",
            external_id: "01JC",
            name: null,
            contacts: [contact.replace("@", "+shop@")],
            reasons: ["same e-mail address without its tag"],
          },
        ],
        now: [
          { text: "1 open ticket", level: "note", source: "Gorgias", at: world.iso(world.NOW - 120_000) },
          {
            text: "Parcel late by 8 days",
            level: "urgent",
            source: "Shopify",
            at: world.iso(world.NOW - 60_000),
          },
        ],
        proposals: this.cards
          .filter((card) => card.customer === id && card.state === "held")
          .slice(0, 2)
          .map((card) => card.id),
        marketing_held: "a ticket is open",
      };
    },
    timeline: ({ id, only, after, limit }) => {
      const kinds: Record<TimelineFilter, string[]> = {
        orders: ["order", "cart"],
        messages: ["message", "ticket", "note"],
        parcels: ["parcel"],
        sends: ["mail"],
        ours: ["ours"],
      };
      const wanted = only.flatMap((one) => kinds[one]);
      const all = world
        .timeline(id)
        .filter((one) => wanted.length === 0 || wanted.includes(one.kind.split(".")[0] ?? ""));
      const from = Number(after ?? 0);
      const end = from + (limit || 100);
      return { events: all.slice(from, end), next: end < all.length ? String(end) : null };
    },
    record_show: ({ id }) => ({
      id,
      platform: "shopify",
      stream: "orders",
      external_id: String(id),
      changed_at: world.iso(world.NOW),
      raw: JSON.stringify({
        id: `gid://shopify/Order/${id}`,
        name: "#10482",
        totalPriceSet: { shopMoney: { amount: "102.70", currencyCode: "EUR" } },
      }),
    }),
    workflows: () => this.workflows,
    workflows_mode: ({ id, mode }) => {
      this.workflows = this.workflows.map((one) => (one.id === id ? { ...one, mode } : one));
      return this.workflows;
    },
  };

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    if (!path.startsWith("/api/")) return this.#file(path, response);
    if (this.away) {
      request.socket.destroy();
      return;
    }
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      response.writeHead(401).end();
      return;
    }
    if (path === "/api/events") {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(": hello\n\n");
      this.#listeners.add(response);
      response.on("close", () => this.#listeners.delete(response));
      return;
    }
    const name = path.slice("/api/".length) as keyof Commands;
    let text = "";
    for await (const part of request) text += part;
    try {
      await this.#before.get(name)?.();
      if (this.broken && name !== "status") throw this.broken;
      const handler = this.#handlers[name] as ((request: unknown) => unknown) | undefined;
      if (!handler) throw new Refusal("bad_request", `There is no command ${name}.`);
      const answer = JSON.stringify(await handler(JSON.parse(text)));
      if (this.answerMs > 0) await setTimeout(this.answerMs);
      response.writeHead(200, { "content-type": "application/json" }).end(answer);
    } catch (failure) {
      const refusal = failure instanceof Refusal ? failure : new Refusal("internal", String(failure));
      const { code, message, hint } = refusal;
      response
        .writeHead(400, { "content-type": "application/json" })
        .end(JSON.stringify({ code, message, hint, retry_after: null }));
    }
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const inside = normalize(path === "/" ? "/index.html" : path);
    try {
      const body = await readFile(join(DIST, inside));
      response
        .writeHead(200, { "content-type": TYPES[extname(inside)] ?? "application/octet-stream" })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}
