import type { SyncSummary } from "../generated/commands.ts";
import type { Reach } from "../shared/host/index.ts";
import type { Tone } from "../shared/ui/tones.ts";
import { words } from "./words.ts";

/** Sums up how current the local picture is, the worst first. */
export function syncLine(
  sync: SyncSummary,
  reach: Reach | undefined,
): { text: string; tone: Tone; glyph: string } {
  if (reach === "lost") return { text: words.lostShort, tone: "unknown", glyph: "?" };
  if (sync.connections === 0) return { text: words.syncNone, tone: "quiet", glyph: "○" };
  if (sync.failing > 0)
    return { text: words.syncFailing(sync.failing, sync.connections), tone: "failed", glyph: "✕" };
  if (sync.backfilling > 0) {
    return { text: words.syncFilling(sync.backfilling, sync.connections), tone: "going", glyph: "◑" };
  }
  if (sync.up_to_date < sync.connections) {
    return { text: words.syncBehind(sync.up_to_date, sync.connections), tone: "quiet", glyph: "◔" };
  }
  return { text: words.syncFresh(sync.connections), tone: "done", glyph: "●" };
}
