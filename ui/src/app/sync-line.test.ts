import { expect, test } from "vitest";
import { syncLine } from "./sync-line.ts";

const well = { connections: 3, up_to_date: 3, failing: 0, backfilling: 0, oldest_success: null };

test.each([
  [well, "reached", "All 3 up to date"],
  [{ ...well, connections: 1, up_to_date: 1 }, "reached", "Up to date"],
  [{ ...well, up_to_date: 2 }, "reached", "2 of 3 up to date"],
  [{ ...well, backfilling: 1, up_to_date: 2 }, "reached", "Reading history, 1 of 3"],
  [{ ...well, backfilling: 1, failing: 1 }, "reached", "1 of 3 cannot be read"],
  [{ ...well, connections: 0, up_to_date: 0 }, "reached", "No account connected"],
  [well, "lost", "Not connected"],
] as const)("%j is said plainly", (sync, reach, text) => {
  expect(syncLine(sync, reach).text).toBe(text);
});
