import { useEffect, useState } from "react";

type Urgency = "polite" | "assertive";
type Listener = (text: string, urgency: Urgency) => void;

const listeners = new Set<Listener>();

/** Says something to people who do not see the screen. `assertive` is for trouble with money alone. */
export function announce(text: string, urgency: Urgency = "polite"): void {
  for (const tell of listeners) tell(text, urgency);
}

/** The window's two live regions. Drawn once. */
export function LiveRegions() {
  const [said, setSaid] = useState({ polite: "", assertive: "", turn: 0 });
  useEffect(() => {
    const listener: Listener = (text, urgency) =>
      // The same sentence twice must be a change, or it is not read again.
      setSaid((before) => {
        const turn = before.turn + 1;
        return { ...before, [urgency]: turn % 2 ? text : `${text}\u00a0`, turn };
      });
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return (
    <>
      {/* A dialog hides everything else from screen readers, but not what is marked as an announcer. */}
      <div className="hidden-text" role="status" aria-live="polite" data-live-announcer="true">
        {said.polite}
      </div>
      <div className="hidden-text" role="alert" aria-live="assertive" data-live-announcer="true">
        {said.assertive}
      </div>
    </>
  );
}
