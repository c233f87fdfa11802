import type { TimelineFilter } from "../../../src/generated/commands.ts";
import type { Answers } from "../answers.ts";
import type { FakeCore } from "../core.ts";
import { Refusal } from "../refusal.ts";
import { timeline } from "../world/timeline.ts";
import { iso, NOW } from "../world/units.ts";

/** The customers, what happened between them and the shop, and the records behind it. */
export function customers(core: FakeCore) {
  return {
    customers_search: ({ text, offset, limit }) => {
      const wanted = text.toLowerCase();
      const found =
        wanted === ""
          ? core.people
          : core.people.filter((row) => `${row.name} ${row.email}`.toLowerCase().includes(wanted));
      return { rows: found.slice(offset, offset + (limit || 100)), total: found.length, total_exact: true };
    },
    customers_find: () => {
      throw new Refusal("not_found", "There is no such customer.");
    },
    customers_show: ({ id }) => {
      const row = core.people.find((one) => one.id === id);
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
          { text: "1 open ticket", level: "note", source: "Gorgias", at: iso(NOW - 120_000) },
          {
            text: "Parcel late by 8 days",
            level: "urgent",
            source: "Shopify",
            at: iso(NOW - 60_000),
          },
        ],
        proposals: core.cards
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
      const all = timeline(id).filter(
        (one) => wanted.length === 0 || wanted.includes(one.kind.split(".")[0] ?? ""),
      );
      const from = Number(after ?? 0);
      const end = from + (limit || 100);
      return { events: all.slice(from, end), next: end < all.length ? String(end) : null };
    },
    record_show: ({ id }) => ({
      id,
      platform: "shopify",
      stream: "orders",
      external_id: String(id),
      changed_at: iso(NOW),
      raw: JSON.stringify({
        id: `gid://shopify/Order/${id}`,
        name: "#10482",
        totalPriceSet: { shopMoney: { amount: "102.70", currencyCode: "EUR" } },
      }),
    }),
  } satisfies Partial<Answers>;
}
