import type { Platform, Role, Stream } from "../../generated/commands.ts";

/** Names as the vendors write them. */
export const platformNames: Record<Platform, string> = {
  shopify: "Shopify",
  bigcommerce: "BigCommerce",
  woocommerce: "WooCommerce",
  gorgias: "Gorgias",
  klaviyo: "Klaviyo",
  shipbob: "ShipBob",
  stripe: "Stripe",
};

/** Writes where something comes from: a platform as its vendor does, anything else as it is. */
export function sourceName(source: string): string {
  return (platformNames as Record<string, string>)[source] ?? source;
}

/** What a person calls the kinds of record. */
export const streamNames: Record<Stream, string> = {
  customers: "Customers",
  orders: "Orders",
  carts: "Carts",
  products: "Products",
  tickets: "Tickets",
  messages: "Messages",
  profiles: "Profiles",
  sends: "E-mails",
  removals: "Deletions",
  refunds: "Refunds",
  stock: "Stock",
  discounts: "Discounts",
  companies: "Companies",
  price_lists: "Price lists",
  prices: "Prices",
  tags: "Tags",
  agents: "Agents",
  ratings: "Ratings",
  lists: "Lists",
  segments: "Segments",
  flows: "Flows",
  campaigns: "Campaigns",
  warehouse_orders: "Warehouse orders",
  shipments: "Shipments",
  receiving: "Deliveries to the warehouse",
  payments: "Payments",
  disputes: "Disputes",
};

export const roleNames: Record<Role, string> = {
  viewer: "Viewer",
  agent: "Agent",
  operator: "Operator",
  owner: "Owner",
};
