/** A list whose order stands still while a person works in it. */
export interface Frozen<Id> {
  /** The order on screen: as it was when the person came, decided rows included. */
  order: readonly Id[];
  /** What the core has that is not on screen yet, in the core's order. */
  fresh: readonly Id[];
}

/** Starts with what the core has now. */
export function freeze<Id>(latest: readonly Id[]): Frozen<Id> {
  return { order: latest, fresh: [] };
}

/** Takes note of what the core has now, moving nothing: new ids only wait. */
export function notice<Id>(frozen: Frozen<Id>, latest: readonly Id[]): Frozen<Id> {
  const shown = new Set(frozen.order);
  return { order: frozen.order, fresh: latest.filter((id) => !shown.has(id)) };
}

/** Returns where the active row is in a new order, or the nearest place to where it was. */
export function keepPlace<Id>(order: readonly Id[], active: Id | undefined, before: number): number {
  const at = active === undefined ? -1 : order.indexOf(active);
  if (at >= 0) return at;
  return Math.max(0, Math.min(before, order.length - 1));
}
