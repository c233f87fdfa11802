import type { Alert, Figure, Status, Workflow } from "../../../src/generated/commands.ts";
import { DAY, eur, HOUR, iso, MINUTE, NOW } from "./units.ts";

export const status: Status = {
  phase: "ready",
  shop: { name: "Northlight Goods", currency: "EUR", time_zone: "Europe/Berlin" },
  practice: false,
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
