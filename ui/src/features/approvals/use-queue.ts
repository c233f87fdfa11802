import { useMemo, useState } from "react";
import type { Card, Tab } from "../../generated/commands.ts";
import { type Frozen, freeze, notice } from "../../shared/lib/frozen.ts";
import { useApprovals, useRecentlyDecided } from "./api.ts";
import { arrange, type GroupBy, joinSources, matches, type Source } from "./logic.ts";

/** One tab of the queue in an order that stands still while a person works in it. */
export function useQueue(tab: Tab, group: GroupBy, filter: string) {
  const list = useApprovals(tab);
  const [frozen, setFrozen] = useState<Frozen<number>>();
  const [snapshot, setSnapshot] = useState<Source>({ at: 0, cards: [] });
  // The core's present when this order was taken, in ms.
  const [since, setSince] = useState(0);
  // What a decision answered; later answers of the lists replace it.
  const [decided, setDecided] = useState<Source[]>([]);

  const latest = useMemo(() => list.data?.cards.map((card) => card.id), [list.data]);
  const take = () => {
    if (!list.data || !latest) return;
    setFrozen(freeze(latest));
    setSnapshot({ at: list.dataUpdatedAt, cards: list.data.cards });
    setSince(Date.parse(list.data.now));
    setDecided([]);
  };
  // An empty list has nothing that could move under the hand, so there new items come in by themselves.
  if (list.data && (!frozen || (frozen.order.length === 0 && list.data.cards.length > 0))) take();

  const listed = useMemo(() => new Set(latest), [latest]);
  const gone = frozen !== undefined && latest !== undefined && frozen.order.some((id) => !listed.has(id));
  // Rows that left this tab stay in place with their state, which the other tabs know.
  const leaving = useApprovals("leaving", gone);
  const inDoubt = useApprovals("in_doubt", gone);
  const done = useRecentlyDecided(gone);

  const cards = useMemo(() => {
    const sources = [
      snapshot,
      ...[list, leaving, inDoubt, done].map((query) => ({
        at: query.dataUpdatedAt,
        cards: query.data?.cards ?? [],
      })),
      ...decided,
    ];
    return joinSources(sources);
  }, [snapshot, list, leaving, inDoubt, done, decided]);

  const order = useMemo(() => {
    const rows = (frozen?.order ?? []).flatMap((id) => cards.get(id) ?? []);
    const shown = filter.trim() === "" ? rows : rows.filter((card) => matches(card, filter.trim()));
    return arrange(shown, group).map((card) => card.id);
  }, [frozen, cards, group, filter]);

  const unseen = frozen && latest ? notice(frozen, latest).fresh : [];
  const fresh = unseen.filter((id) => Date.parse(cards.get(id)?.made_at ?? "") > since).length;
  return {
    list,
    order,
    cards,
    /** How many were made since and are not on screen. */
    fresh,
    /** How many older ones are not on screen: they came up from beyond the list's end, or woke up. */
    more: unseen.length - fresh,
    /** How many the core has beyond what it gives at once. */
    beyond: list.data ? Math.max(0, list.data.total.count - list.data.cards.length) : 0,
    take,
    /** Tells whether the core still lists it under this tab. */
    isListed: (id: number) => listed.has(id),
    note: (answered: readonly Card[]) =>
      setDecided((before) => [...before, { at: Date.now(), cards: answered }]),
  };
}

export type Queue = ReturnType<typeof useQueue>;
