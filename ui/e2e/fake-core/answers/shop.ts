import type { Status } from "../../../src/generated/commands.ts";
import type { Answers } from "../answers.ts";
import type { FakeCore } from "../core.ts";
import { figures } from "../world/shop.ts";
import { iso } from "../world/units.ts";
import { sumOf } from "./approvals.ts";

/** The shop as a whole: how it is, what is stopped, what is allowed, and what Today shows. */
export function shop(core: FakeCore) {
  const status = (): Status => ({
    ...core.status,
    waiting: core.cardsIn("waiting").length,
    in_doubt: core.cardsIn("in_doubt").length,
    alerts: core.alerts.length,
    now: iso(core.now()),
  });
  const limits = () => ({ limits: core.limits, waiting: core.looser });
  return {
    status,
    practice_start: () => {
      core.status = { ...core.status, phase: "ready", practice: true };
      core.change("status", "connections", "customers", "approvals");
      return status();
    },
    stop_set: ({ on, reason }) => {
      core.status.stop = on ? { by: core.status.person, at: iso(core.now()), reason } : null;
      core.cards = core.cards.map((card) =>
        card.state === "approved" ? { ...card, held_back: on ? "all sending is stopped" : null } : card,
      );
      core.change("status", "approvals");
      return status();
    },
    preferences: () => core.preferences,
    preferences_set: (next) => {
      core.preferences = next;
      return next;
    },
    limits,
    // Of all limits the fake knows only one that can be looser.
    limits_set: (next) => {
      const looser = Number(next.per_action) > Number(core.limits.per_action);
      core.looser = looser ? { limits: next, from: iso(core.now() + 86_400_000), by: "Mia" } : null;
      core.limits = looser ? { ...next, per_action: core.limits.per_action } : next;
      return limits();
    },
    today: () => {
      const waiting = core.cardsIn("waiting");
      return {
        waiting: sumOf(waiting),
        oldest_waiting: waiting.at(-1)?.made_at ?? null,
        next_deadline: waiting[0]?.deadline ?? null,
        in_doubt: sumOf(core.cardsIn("in_doubt")),
        alerts: core.alerts,
        figures,
        onboarding: [
          { id: "connect", done: true, evidence: "3 accounts" },
          { id: "history", done: false, evidence: "41,200 of about 58,000 orders" },
          { id: "first_customer", done: true, evidence: "500 customers" },
          { id: "first_decision", done: false, evidence: "none yet" },
        ],
      };
    },
    alerts: () => core.alerts,
    alerts_act: ({ id, act }) => {
      if (act === "mine") {
        core.alerts = core.alerts.map((one) => (one.id === id ? { ...one, owner: core.status.person } : one));
      } else {
        core.alerts = core.alerts.filter((one) => one.id !== id);
      }
      return core.alerts;
    },
    workflows: () => core.workflows,
    workflows_mode: ({ id, mode }) => {
      core.workflows = core.workflows.map((one) => (one.id === id ? { ...one, mode } : one));
      return core.workflows;
    },
    ledger_list: () => ({ entries: [], next: null }),
    audit_check: () => ({ entries: 1_204, head: "9f2b8c51e0", first_bad: null }),
  } satisfies Partial<Answers>;
}
