import type {
  Alert,
  Card,
  Connection,
  CustomerRow,
  Figure,
  PlatformInfo,
  Proposal,
  Status,
  TimelineEvent,
  Workflow,
} from "../src/generated/commands.ts";

/** A small made-up shop for tests of the window alone. Nothing of it is shipped. */

export const NOW = Date.parse("2026-11-14T12:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const iso = (ms: number) => new Date(ms).toISOString();
const eur = (minor: number) => ({ minor, currency: "EUR" });

const names = [
  "Ana Ruiz",
  "James Smith",
  "Li Wei",
  "Margaret Okafor",
  "Sofia Lindqvist",
  "Tomás Herrera",
  "Yuki Tanaka",
  "Noah Becker",
  "Amélie Laurent",
  "Priya Raman",
  "Oskar Nowak",
  "Fatima El Amrani",
  "Emily Carter",
  "Jonas Weber",
  "Chiara Rossi",
  "Mateusz Zieliński",
];

export function customers(count: number): CustomerRow[] {
  return Array.from({ length: count }, (_, at) => {
    const name = names[at % names.length] as string;
    const slug = name
      .toLowerCase()
      .normalize("NFD")
      .replace(/[^a-z]+/g, ".");
    return {
      id: at + 1,
      name: at < names.length ? name : `${name} ${at}`,
      email: `${slug}${at < names.length ? "" : at}@example.com`,
      orders: (at * 7) % 12,
      spent: (at * 7) % 12 === 0 ? [] : [eur(((at * 7919) % 60_000) + 1_290)],
      last_event: iso(NOW - ((at * 37) % 900) * HOUR),
      open_tickets: at % 5 === 0 ? 1 : 0,
    };
  });
}

export function card(at: number): Card {
  const name = names[at % names.length] as string;
  const reply = at % 3 === 1;
  const hold = at % 7 === 6;
  const kind = hold ? "marketing.hold" : reply ? "ticket.reply" : "order.refund";
  const minor = 890 + ((at * 613) % 4_100);
  const label = hold
    ? `${name.toLowerCase().replace(" ", ".")}@example.com`
    : reply
      ? `Ticket “Where is my order?”`
      : `#${10482 + at}`;
  return {
    id: 100 + at,
    version: 1,
    state: "held",
    line: "Waits for you",
    kind,
    amount: kind === "order.refund" ? eur(minor) : null,
    customer: (at % names.length) + 1,
    customer_name: name,
    target: {
      connection: reply ? 2 : hold ? 3 : 1,
      stream: reply ? "tickets" : hold ? "profiles" : "orders",
      external_id: String(9000 + at),
      label,
    },
    why: hold
      ? "She left a cart while her sizing question is still open; a reminder now would annoy."
      : reply
        ? "He asked where the parcel is; the carrier scanned it in Leipzig this morning."
        : "The parcel is 8 days late and she has asked twice; the policy gives 20 % back.",
    warnings:
      at % 6 === 2 ? ["Third refund in 90 days"] : at % 11 === 4 ? ["Facts are older than an hour"] : [],
    workflow: hold ? "hold-cart-mail" : "late-parcel",
    group: at % 3 === 2 ? null : Math.floor(at / 3),
    made_at: iso(NOW - (at + 1) * 47 * MINUTE),
    deadline: iso(NOW + (at + 3) * HOUR),
    leaves_at: null,
    decided_by: null,
    outcome: null,
    next_look: null,
    held_back: null,
  };
}

export function proposal(of: Card, cards: readonly Card[]): Proposal {
  const refund = of.kind === "order.refund";
  return {
    card: of,
    action: refund
      ? {
          kind: "order.refund",
          order: of.target,
          amount: of.amount ?? eur(0),
          note: "Late parcel, 20 % by policy",
          restock: [],
        }
      : of.kind === "ticket.reply"
        ? {
            kind: "ticket.reply",
            ticket: of.target,
            text: "Hello,\n\nyour parcel was scanned in Leipzig this morning and should reach you on Tuesday. I am sorry for the wait.\n\nKind regards",
          }
        : { kind: "marketing.hold", profile: of.target },
    via: refund
      ? "Shopify, Northlight Goods"
      : of.kind === "ticket.reply"
        ? "Gorgias, northlight"
        : "Klaviyo, Northlight",
    customer_facts: ["6 orders", "412.00 € lifetime", "no earlier refund"],
    evidence: [
      {
        text: "Promised 6 Nov, not delivered",
        source: `Shopify order ${of.target.label}`,
        at: iso(NOW - 12 * MINUTE),
        record: of.target,
        opens: Number(of.target.external_id),
      },
      {
        text: "Last scan: Leipzig sorting centre",
        source: "DHL through Shopify",
        at: iso(NOW - 3 * HOUR),
        record: null,
        opens: null,
      },
      {
        text: "“Where is my parcel? This is the second time I ask.”",
        source: "Gorgias ticket",
        at: iso(NOW - 2 * HOUR),
        record: null,
        opens: null,
      },
    ],
    rule: {
      workflow: of.workflow,
      version: 7,
      reason: "7 days late and more: 20 %",
      limit: "under 50.00 € one person decides",
    },
    money: refund ? { refundable: eur(10_270), spent_today: eur(41_210), daily_limit: eur(80_000) } : null,
    alternatives: refund
      ? [
          { what: "Send it again", cost: eur(-1_720), why_not: "in stock, but the parcel may still arrive" },
          { what: "Wait until 20 Nov", cost: null, why_not: "she has asked twice" },
        ]
      : [],
    flip: refund ? "Delivered before this leaves: then only the reply goes out." : null,
    if_ignored: "Nothing happens.",
    history: [
      { at: of.made_at, who: "late-parcel v7", what: "Proposed" },
      ...(of.decided_by ? [{ at: iso(NOW), who: of.decided_by, what: "Approved" }] : []),
    ],
    receipt:
      of.state === "confirmed" ? { external_id: "refund 88121", at: iso(NOW), amount: of.amount } : null,
    linked:
      of.group === null
        ? []
        : cards.filter((other) => other.group === of.group && other.id !== of.id).map(({ id }) => id),
    editable: refund ? ["amount"] : of.kind === "ticket.reply" ? ["text"] : [],
    reversible: !refund,
  };
}

export const status: Status = {
  phase: "ready",
  shop: { name: "Northlight Goods", currency: "EUR", time_zone: "Europe/Berlin" },
  practice: true,
  person: "Mia",
  role: "owner",
  stop: null,
  sync: { connections: 3, up_to_date: 3, failing: 0, backfilling: 0, oldest_success: iso(NOW - 40_000) },
  waiting: 0,
  in_doubt: 0,
  alerts: 2,
  data_dir: "/home/mia/.local/share/fermata",
  version: "0.1.0",
  now: iso(NOW),
};

export const alerts: Alert[] = [
  {
    id: 1,
    level: "urgent",
    title: "Gorgias refuses its key",
    cause: "The key was revoked in Gorgias at 09:10; tickets are as of then.",
    next_step: "Enter a new key.",
    link: "/settings/connections",
    platform: "gorgias",
    since: iso(NOW - 3 * HOUR),
    money: null,
    owner: null,
    snoozed_until: null,
  },
  {
    id: 2,
    level: "warning",
    title: "14 parcels are late with DHL",
    cause: "A strike in Leipzig since Tuesday.",
    next_step: "Look at the proposals for them.",
    link: "/approvals",
    platform: "shopify",
    since: iso(NOW - 26 * HOUR),
    money: eur(61_240),
    owner: "Mia",
    snoozed_until: null,
  },
];

const days = (seed: number, size: number) =>
  Array.from({ length: 14 }, (_, at) => Math.round(size * (0.6 + 0.4 * Math.sin(seed + at * 0.9) ** 2)));

export const figures: Figure[] = [
  {
    id: "net_sales",
    value: { money: eur(1_284_050) },
    before: { money: eur(1_190_000) },
    period: "last 7 days",
    n: 214,
    at: iso(NOW - MINUTE),
    partial: null,
    days: days(1, 210_000),
  },
  {
    id: "late_parcels",
    value: { count: 14 },
    before: { count: 9 },
    period: "now",
    n: 186,
    at: iso(NOW - MINUTE),
    partial: null,
    days: days(2, 14),
  },
  {
    id: "open_tickets",
    value: { count: 23 },
    before: { count: 31 },
    period: "now",
    n: 23,
    at: iso(NOW - 3 * HOUR),
    partial: "without Gorgias since 10:10",
    days: days(3, 30),
  },
  {
    id: "first_reply",
    value: { seconds: 5_460 },
    before: { seconds: 7_200 },
    period: "last 7 days, median",
    n: 96,
    at: iso(NOW - 3 * HOUR),
    partial: "without Gorgias since 10:10",
    days: days(4, 7_000),
  },
  {
    id: "refunds",
    value: { money: eur(41_210) },
    before: { money: eur(0) },
    period: "last 7 days",
    n: 12,
    at: iso(NOW - MINUTE),
    partial: null,
    days: days(5, 9_000),
  },
];

const stream = (
  name: Connection["streams"][number]["stream"],
  landed: number,
  total: number | null,
  complete = true,
): Connection["streams"][number] => ({
  stream: name,
  landed,
  total,
  complete,
  last_success: complete ? iso(NOW - 40_000) : null,
  reading: !complete,
  seconds_left: complete || total === null ? null : 720,
});

export function connections(): Connection[] {
  return [
    {
      id: 1,
      platform: "shopify",
      name: "Northlight Goods",
      base_url: "https://northlight.myshopify.com",
      health: "backfilling",
      problem: null,
      last_success: iso(NOW - 40_000),
      lag_seconds: null,
      quota_used: 62,
      share: 50,
      streams: [
        stream("customers", 12_480, 12_480),
        stream("orders", 41_200, 58_000, false),
        stream("carts", 812, null, false),
        stream("products", 61, 61),
      ],
      set_aside: 2,
      last_proof: null,
      missing_scopes: [],
    },
    {
      id: 2,
      platform: "gorgias",
      name: "northlight",
      base_url: "https://northlight.gorgias.com",
      health: "broken",
      problem: {
        message: "Gorgias refuses the key.",
        hint: "Make a new key in Gorgias and enter it here. Nothing is lost; reading goes on where it stopped.",
        since: iso(NOW - 3 * HOUR),
      },
      last_success: iso(NOW - 3 * HOUR),
      lag_seconds: 10_800,
      quota_used: 4,
      share: 50,
      streams: [
        stream("customers", 9_120, null),
        stream("tickets", 18_011, null),
        stream("messages", 60_412, null),
      ],
      set_aside: 0,
      last_proof: { at: iso(NOW - 2 * DAY), holds: false, streams: 3, failed: 1, unexplained: 4 },
      missing_scopes: ["tickets:write"],
    },
    {
      id: 3,
      platform: "klaviyo",
      name: "Northlight",
      base_url: "https://a.klaviyo.com",
      health: "live",
      problem: null,
      last_success: iso(NOW - 55_000),
      lag_seconds: 20,
      quota_used: null,
      share: 50,
      streams: [stream("profiles", 30_221, null), stream("sends", 212_009, null)],
      set_aside: 0,
      last_proof: { at: iso(NOW - 5 * HOUR), holds: true, streams: 2, failed: 0, unexplained: 0 },
      missing_scopes: [],
    },
  ];
}

/** Twelve accounts, in every way that an account can be. */
export function twelveConnections(): Connection[] {
  const [reading, broken, live] = connections() as [Connection, Connection, Connection];
  const alike = (
    id: number,
    platform: Connection["platform"],
    name: string,
    change: Partial<Connection>,
  ) => ({
    ...live,
    id,
    platform,
    name,
    base_url: `https://${platform}.example.com`,
    streams: [stream("orders", 5_000 * id, 5_000 * id), stream("customers", 900 * id, null)],
    ...change,
  });
  return [
    reading,
    broken,
    live,
    alike(4, "bigcommerce", "Northlight Wholesale, Benelux and France", { quota_used: 81, lag_seconds: 300 }),
    alike(5, "woocommerce", "outlet.northlight.example", {
      health: "troubled",
      problem: {
        message: "The shop answered with a page instead of data: its maintenance mode is on.",
        hint: "It is tried again by itself every few minutes.",
        since: iso(NOW - 20 * MINUTE),
      },
      lag_seconds: 1_260,
      last_success: iso(NOW - 21 * MINUTE),
    }),
    alike(6, "shipbob", "Northlight EU", { quota_used: 3 }),
    alike(7, "stripe", "Northlight Goods", {
      streams: [{ ...stream("payments", 71_004, null), reading: true }, stream("refunds", 1_204, null)],
    }),
    alike(8, "shopify", "Northlight Kids", { quota_used: 99, set_aside: 12, share: 35 }),
    alike(9, "gorgias", "northlight-kids", { lag_seconds: 45 }),
    alike(10, "klaviyo", "Northlight Kids", {
      health: "broken",
      problem: {
        message: "Paused by a person: nothing is read and nothing is sent.",
        hint: null,
        since: null,
      },
    }),
    alike(11, "shipbob", "Northlight US", { missing_scopes: ["receiving:read", "receiving:write"] }),
    alike(12, "stripe", "Northlight Kids", {
      health: "backfilling",
      last_success: null,
      lag_seconds: null,
      streams: [stream("payments", 0, null, false), stream("refunds", 0, null, false)],
    }),
  ];
}

export const platforms: PlatformInfo[] = [
  {
    platform: "shopify",
    title: "Shopify",
    address_example: "https://your-shop.myshopify.com",
    credentials: [
      { name: "access_token", label: "Admin API access token", secret: true, required: true },
      { name: "client_id", label: "Client ID of your app", secret: false, required: false },
      { name: "client_secret", label: "Client secret of the same app", secret: true, required: false },
    ],
    streams: ["customers", "orders", "carts", "products"],
    actions: ["order.refund"],
    limits: ["Shopify does not tell when an order is deleted."],
    browser: {
      kind: "approval",
      needs: ["client_id", "client_secret"],
      redirect: "http://127.0.0.1:7434/shopify",
    },
  },
  {
    platform: "gorgias",
    title: "Gorgias",
    address_example: "https://your-shop.gorgias.com",
    credentials: [
      { name: "email", label: "E-mail of the user", secret: false, required: true },
      { name: "api_key", label: "API key", secret: true, required: true },
    ],
    streams: ["customers", "tickets", "messages"],
    actions: ["ticket.reply", "ticket.note"],
    limits: [],
    browser: null,
  },
  {
    platform: "klaviyo",
    title: "Klaviyo",
    address_example: "https://a.klaviyo.com",
    credentials: [{ name: "api_key", label: "Private API key", secret: true, required: true }],
    streams: ["profiles", "sends"],
    actions: ["marketing.hold", "marketing.release", "marketing.follow_up"],
    limits: [],
    browser: null,
  },
];

export function workflows(): Workflow[] {
  const base = {
    mode_set: { by: "Mia", at: iso(NOW - 9 * DAY) },
    runs: 41,
    proposed: 38,
    approved: 31,
    edited: 3,
    rejected: 4,
    waiting: 6,
    last_proposal: iso(NOW - 12 * MINUTE),
  };
  return [
    {
      ...base,
      id: "late-parcel",
      version: 7,
      summary:
        "When a parcel is late and its customer asks, gives part of the money back by policy and answers with the true status.",
      mode: "approve",
      file: "id: late-parcel\nversion: 7\ntrigger: parcel.late\n",
    },
    {
      ...base,
      id: "hold-cart-mail",
      version: 2,
      summary: "Keeps cart reminders back while the customer waits for an answer, then sends one follow-up.",
      mode: "shadow",
      file: "id: hold-cart-mail\nversion: 2\ntrigger: cart.abandoned\n",
    },
  ];
}

export function timeline(customer: number): TimelineEvent[] {
  const rows: [TimelineEvent["kind"], number, string, string, string | null, number | null, number | null][] =
    [
      [
        "ours.proposed",
        0.8,
        "Fermata",
        "Refund 38.90 €, held",
        "late-parcel v7: 8 days late, asked twice",
        null,
        100,
      ],
      [
        "message.received",
        2,
        "Gorgias",
        "Where is my parcel?",
        "This is the second time I ask. It was promised for the 6th.",
        null,
        null,
      ],
      ["ticket.opened", 2, "Gorgias", "Where is my parcel?", null, null, null],
      ["ours.held_back", 3, "Fermata", "Held the cart mail: ticket open", null, null, null],
      ["cart.abandoned", 5, "Shopify", "Linen shirt, 2 more", null, 6_400, null],
      ["mail.opened", 27, "Klaviyo", "Autumn letter", null, null, null],
      ["mail.opened", 28, "Klaviyo", "Autumn letter", null, null, null],
      ["mail.opened", 29, "Klaviyo", "Autumn letter", null, null, null],
      ["mail.sent", 30, "Klaviyo", "Autumn letter", null, null, null],
      ["parcel.late", 190, "Shopify", "#10482 · promised 6 Nov", null, null, null],
      ["parcel.shipped", 260, "Shopify", "#10482 · DHL 003404…", null, null, null],
      ["order.placed", 288, "Shopify", "#10482 · 3 items", null, 10_270, null],
      ["order.refunded", 2_000, "Shopify", "#10077", "Wrong size", 2_490, null],
      ["parcel.delivered", 2_400, "Shopify", "#10077", null, null, null],
      ["order.placed", 2_500, "Shopify", "#10077 · 1 item", null, 4_900, null],
    ];
  const first = rows.map(
    ([kind, hours, source, title, detail, minor, of], at): TimelineEvent => ({
      id: customer * 10_000 + at,
      kind,
      at: iso(NOW - hours * HOUR),
      learned_at: iso(NOW - hours * HOUR + (at === 4 ? 3 * HOUR : 30_000)),
      source,
      title,
      detail,
      amount: minor === null ? null : eur(minor),
      record: source === "Fermata" ? null : customer * 10_000 + at,
      proposal: of,
    }),
  );
  const older = Array.from(
    { length: 240 },
    (_, at): TimelineEvent => ({
      id: customer * 10_000 + 100 + at,
      kind:
        at % 4 === 0
          ? "order.placed"
          : at % 4 === 1
            ? "parcel.delivered"
            : at % 4 === 2
              ? "message.sent"
              : "mail.clicked",
      at: iso(NOW - (2_600 + at * 11) * HOUR),
      learned_at: iso(NOW - (2_600 + at * 11) * HOUR),
      source: at % 4 === 2 ? "Gorgias" : at % 4 === 3 ? "Klaviyo" : "Shopify",
      title: at % 4 === 2 ? "Re: your order" : `#${9000 - at}`,
      detail: null,
      amount: at % 4 === 0 ? eur(2_000 + at * 13) : null,
      record: customer * 10_000 + 100 + at,
      proposal: null,
    }),
  );
  return [...first, ...older];
}
