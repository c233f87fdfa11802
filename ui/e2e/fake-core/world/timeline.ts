import type { TimelineEvent } from "../../../src/generated/commands.ts";
import { eur, HOUR, iso, NOW } from "./units.ts";

/** What happened with one customer, newest first: more than fits a page. */
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
      // What we did ourselves is no record of a platform; its ids go the other way.
      id: (source === "Fermata" ? -1 : 1) * (customer * 10_000 + at),
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
