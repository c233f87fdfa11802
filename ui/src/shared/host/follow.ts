import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Topic } from "../../generated/commands.ts";
import { makeStale, topicsOf } from "./client.ts";
import { type Reach, useHost } from "./index.ts";

/** While a history is read the core announces changes far faster than anybody can look. */
const GATHER_MS = 150;

/** Follows the core's change log, and tells whether the core can be reached. Called once, by the window. */
export function useChanges(): Reach | undefined {
  const host = useHost();
  const cache = useQueryClient();
  const [reach, setReach] = useState<Reach>();
  useEffect(() => {
    const waiting = new Set<Topic>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let reached = false;
    const stop = host.listen(
      (change) => {
        for (const topic of topicsOf(change)) waiting.add(topic);
        if (waiting.size === 0) return;
        timer ??= setTimeout(() => {
          timer = undefined;
          const topics = [...waiting];
          waiting.clear();
          void makeStale(cache, topics);
        }, GATHER_MS);
      },
      (now) => {
        // Changes made while nobody listened were missed, also those between the first reads and
        // the first announcement: read everything again.
        if (now === "reached" && !reached) void cache.invalidateQueries();
        reached = now === "reached";
        setReach(now);
      },
    );
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [host, cache]);
  return reach;
}
