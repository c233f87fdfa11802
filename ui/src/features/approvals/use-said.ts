import { useCallback, useEffect, useRef } from "react";
import { announce } from "../../shared/ui/live.tsx";

const PAUSE_MS = 900;

/** Announces what was decided; ten in quick succession are read as one sum. */
export function useSaid(): (words: (count: number) => string, count?: number) => void {
  const waiting = useRef(new Map<(count: number) => string, number>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const tell = useCallback(() => {
    clearTimeout(timer.current);
    if (waiting.current.size === 0) return;
    announce([...waiting.current].map(([say, sum]) => say(sum)).join(". "));
    waiting.current.clear();
  }, []);
  // Whoever leaves the place at once hears it too.
  useEffect(() => tell, [tell]);
  return useCallback(
    (words, count = 1) => {
      waiting.current.set(words, (waiting.current.get(words) ?? 0) + count);
      clearTimeout(timer.current);
      timer.current = setTimeout(tell, PAUSE_MS);
    },
    [tell],
  );
}
