import type { Commands, Connection } from "../../../src/generated/commands.ts";
import type { Answers } from "../answers.ts";
import type { FakeCore } from "../core.ts";
import { Refusal } from "../refusal.ts";
import { connections, platforms } from "../world/accounts.ts";
import { iso, NOW } from "../world/units.ts";

/** What a platform says of itself when it is signed in to. */
function tested(credentials: Record<string, string>): Commands["connections_test"]["response"] {
  if (Object.values(credentials).includes("wrong")) {
    throw new Refusal(
      "sign_in",
      "The platform refuses these credentials. Nothing was kept.",
      "Check the key, or make a new one.",
    );
  }
  return {
    account: "Northlight Goods",
    user: null,
    left: null,
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
}

/** The accounts: connecting them, signing in, proving, and what was set aside. */
export function accounts(core: FakeCore) {
  const account = (id: number): Connection => {
    const found = core.connections.find((one) => one.id === id);
    if (!found) throw new Refusal("not_found", "There is no such account.");
    return found;
  };
  return {
    platforms: () => platforms,
    connections: () => core.connections,
    connections_test: ({ credentials }) => tested(credentials),
    connections_add: (request) => {
      if (core.status.practice) {
        throw new Refusal(
          "bad_request",
          "This is the practice store; a real account does not belong in it.",
          "Remove the practice connections first.",
        );
      }
      core.connected.push(request);
      core.status = { ...core.status, phase: "ready" };
      const made: Connection = {
        ...(connections()[0] as Connection),
        id: 9,
        platform: request.platform,
      };
      core.connections = [...core.connections.filter((one) => one.id !== 9), made];
      core.change("connections", "status");
      return made;
    },
    sign_in_begin: (request) => {
      core.begun.push(request);
      core.person = undefined;
      if (request.key_page) return { id: null, page: `${core.url}/keys`, redirect: null, ends_at: null };
      const id = `sign-in-${core.begun.length}`;
      return {
        id,
        page: `${core.url}/approve`,
        redirect: `http://127.0.0.1:7434/${request.platform}`,
        ends_at: iso(core.now() + 300_000),
      };
    },
    sign_in_await: () =>
      new Promise((resolve, reject) => {
        core.person = (approves) => {
          if (approves) {
            const user = core.begun.at(-1)?.platform === "woocommerce" ? "mia (shop manager)" : null;
            resolve({ ...tested({}), user, left: core.left });
            return;
          }
          const said = "Shopify did not approve: it was refused there. Nothing was connected.";
          reject(new Refusal("sign_in", said, "Approve it as somebody who may install apps in this shop."));
        };
      }),
    sign_in_cancel: ({ id }) => {
      core.cancelled.push(id);
      return {};
    },
    connections_sign_in: ({ id, credentials, approval }) => {
      const found = account(id);
      if (Object.values(credentials).includes("another")) {
        const said =
          "These credentials belong to Another Shop, not to Northlight Goods. Nothing was changed.";
        throw new Refusal("bad_request", said, "Connect the other account as one of its own.");
      }
      core.signedIn.push({ id, credentials, ...(approval ? { approval } : {}) });
      Object.assign(found, { health: "live", problem: null });
      core.change("connections", "status", "alerts");
      return found;
    },
    connections_remove: ({ id }) => {
      core.connections = core.connections.filter((one) => one.id !== id);
      if (core.connections.length === 0)
        core.status = { ...core.status, phase: "first_start", practice: false };
      return {};
    },
    connections_sync: ({ id }) => account(id),
    connections_share: ({ id, share }) => {
      const found = account(id);
      if (share === 100) throw new Refusal("bad_request", "The platform allows no more than 75 %.");
      return Object.assign(found, { share });
    },
    connections_prove: ({ id }) => {
      const found = account(id);
      const at = iso(core.now());
      const streams = found.streams.length;
      found.last_proof = { at, holds: true, streams, failed: 0, unexplained: 0 };
      // What is kept is coarser than what is answered.
      const ended_at = at.replace("Z", "000789Z");
      return {
        connection: id,
        began_at: at,
        ended_at,
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
        at: iso(NOW),
      },
      {
        id: 2,
        connection: 1,
        stream: "orders",
        external_id: null,
        reason: "The record has no id",
        at: iso(NOW),
      },
    ],
    set_aside_retry: () => {
      for (const connection of core.connections) connection.set_aside = 0;
      return { recovered: 2, still_aside: 0 };
    },
  } satisfies Partial<Answers>;
}
