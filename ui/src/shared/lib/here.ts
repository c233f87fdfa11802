import { type RefObject, useEffect, useRef } from "react";

/** Tells an answer that comes late whether what asked for it is still on screen. */
export function useHere(): RefObject<boolean> {
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  return here;
}
