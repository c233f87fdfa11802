import type { Card, Proposal } from "../../../src/generated/commands.ts";
import { names } from "./people.ts";
import { eur, HOUR, iso, MINUTE, NOW } from "./units.ts";

/** The proposal in this place of the queue, as its row: refunds, replies and holds take turns. */
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
    cannot_look: null,
    held_back: null,
  };
}

/** All that the card of a proposal shows. */
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
