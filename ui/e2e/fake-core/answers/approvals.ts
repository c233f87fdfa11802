import type { Approvals, Card, Commands, Decision, Tab } from "../../../src/generated/commands.ts";
import type { Answers } from "../answers.ts";
import type { FakeCore } from "../core.ts";
import { Refusal } from "../refusal.ts";
import { proposal } from "../world/proposals.ts";
import { iso } from "../world/units.ts";

/** How many, and how much together. */
export function sumOf(cards: readonly Card[]): Approvals["total"] {
  const minor = cards.reduce((sum, card) => sum + (card.amount?.minor ?? 0), 0);
  return { count: cards.length, amounts: minor === 0 ? [] : [{ minor, currency: "EUR" }] };
}

/** The approval desk: what is shown, what is decided of what was shown, and what becomes of it. */
export function approvals(core: FakeCore) {
  /** When a version of a card was first shown. */
  const shown = new Map<string, number>();
  const decide = (id: number, version: number, decision: Decision): Card => {
    const card = core.card(id);
    if (card.version !== version) {
      throw new Refusal(
        "changed",
        "This changed since you looked. Nothing was decided.",
        "Read it again, then decide.",
      );
    }
    if (card.state !== "held") throw new Refusal("changed", "This is decided already.");
    const since = shown.get(`${id} ${version}`);
    if (since !== undefined && Date.now() - since < core.readingMs)
      throw new Refusal("too_fast", "Too fast to have read.");
    const by = { decided_by: core.status.person };
    if (decision.is === "approve") {
      core.move(id, { ...by, state: "approved", leaves_at: iso(core.now() + core.undoMs) });
    } else if (decision.is === "reject") {
      core.move(id, { ...by, state: "refused", outcome: `Rejected by ${by.decided_by}: ${decision.reason}` });
    } else if (decision.is === "edit") {
      core.move(id, { amount: decision.amount ?? card.amount });
    } else {
      core.later.add(id);
      core.move(id, {});
    }
    return core.card(id);
  };
  return {
    approvals_list: ({ tab, offset, limit }) => {
      const cards = core.cardsIn(tab);
      const count = (one: Tab) => core.cardsIn(one).length;
      return {
        cards: cards.slice(offset, offset + (limit || 200)),
        total: sumOf(cards),
        counts: {
          waiting: count("waiting"),
          suggestions: count("suggestions"),
          leaving: count("leaving"),
          in_doubt: count("in_doubt"),
          decided: count("decided"),
        },
        median_seconds_to_decide: 260,
        now: iso(core.now()),
      };
    },
    approvals_show: ({ id }) => {
      const card = core.card(id);
      const key = `${id} ${card.version}`;
      if (!shown.has(key)) shown.set(key, Date.now());
      return proposal(card, core.cards);
    },
    approvals_decide: ({ id, version, decision }) => ({ card: decide(id, version, decision) }),
    approvals_decide_many: ({ items, decision }) => {
      const done: Card[] = [];
      const exceptions: Commands["approvals_decide_many"]["response"]["exceptions"] = [];
      for (const { id, version } of items) {
        try {
          done.push(decide(id, version, decision));
        } catch (failure) {
          if (!(failure instanceof Refusal)) throw failure;
          exceptions.push({ id, code: failure.code, message: failure.message });
        }
      }
      return { done, exceptions, sum: sumOf(done) };
    },
    approvals_undo: ({ ids }) => {
      const held: Card[] = [];
      const too_late: Commands["approvals_undo"]["response"]["too_late"] = [];
      for (const id of ids) {
        if (core.card(id).state === "approved") {
          core.move(id, { state: "held", leaves_at: null, decided_by: null });
          held.push(core.card(id));
        } else {
          too_late.push({ id, code: "too_late", message: "Leaving; undo is no longer possible." });
        }
      }
      return { held, too_late };
    },
    approvals_look: ({ id }) => {
      core.move(id, { next_look: iso(core.now() + 60_000) });
      return { card: core.card(id) };
    },
    approvals_settle: ({ id, happened, note }) => {
      core.move(
        id,
        happened
          ? { state: "confirmed", outcome: `settled by Mia: ${note}` }
          : { state: "refused", outcome: `Settled by Mia: ${note}. Nothing was paid` },
      );
      return { card: core.card(id) };
    },
    approvals_propose: () => {
      throw new Refusal("bad_request", "No connected platform can do that.");
    },
    approvals_take_back: ({ id }) => {
      core.move(id, { state: "undone" });
      return { card: core.card(id) };
    },
  } satisfies Partial<Answers>;
}
