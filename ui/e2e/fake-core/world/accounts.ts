import type { Connection, PlatformInfo } from "../../../src/generated/commands.ts";
import { DAY, HOUR, iso, MINUTE, NOW } from "./units.ts";

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
  absent: null,
});

/** Three accounts: one that still reads, one whose key is refused, one that is well. */
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
        message: "Nothing is read from it: it is being removed, or was not connected to the end.",
        hint: "If it stays like this, remove it; then connect it again if you want it.",
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
      needs: ["client_id", "client_secret"],
      redirect: "http://127.0.0.1:7434/shopify",
      note: null,
      key_page: false,
    },
  },
  {
    platform: "woocommerce",
    title: "WooCommerce",
    address_example: "https://your-shop.example",
    credentials: [
      { name: "consumer_key", label: "Consumer key", secret: true, required: true },
      { name: "consumer_secret", label: "Consumer secret of the same key", secret: true, required: true },
    ],
    streams: ["customers", "products", "orders"],
    actions: ["order.refund"],
    limits: [],
    browser: {
      needs: [],
      redirect: null,
      note: "An older WordPress refuses: then make a key instead.",
      key_page: true,
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
