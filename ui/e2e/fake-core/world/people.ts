import type { CustomerRow } from "../../../src/generated/commands.ts";
import { eur, HOUR, iso, NOW } from "./units.ts";

/** Who buys there, in the order of their proposals. */
export const names = [
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

/** So many customers; after the first few they are told apart by a number. */
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
