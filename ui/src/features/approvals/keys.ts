import type { Command } from "../../shared/lib/commands.ts";
import { formatCount } from "../../shared/lib/format.ts";
import { listCommands } from "../../shared/lib/list-keys.ts";
import { approveText, TABS } from "./logic.ts";
import type { Deciding } from "./use-deciding.ts";
import { words } from "./words.ts";

/** Everything the keyboard does in Approvals; palette, help and buttons take their keys from here. */
export function approvalCommands(at: Deciding): Command[] {
  const { section } = words;
  const many = at.chosen.length;
  const title =
    many > 0
      ? words.bulkApprove(formatCount(many, at.locale))
      : at.card
        ? approveText(at.card, at.locale)
        : words.approve("");
  const own: Command[] = [
    ...listCommands({
      id: "approvals",
      section,
      titles: { next: words.keyNext, previous: words.keyPrevious, open: words.keyOpen },
      move: at.move,
      open: at.enter,
    }),
    { id: "approvals.back", title: words.keyBack, section, keys: ["Escape"], quiet: true, run: at.leave },
    { id: "approvals.select", title: words.keySelect, section, keys: ["x"], quiet: true, run: at.select },
    { id: "approvals.select_all", title: words.keyAll, section, keys: ["$mod+a"], run: at.selectAll },
    {
      id: "approvals.approve",
      title,
      section,
      keys: ["a"],
      disabled: many > 0 ? at.why.many : at.why.approve,
      run: at.approve,
    },
    { id: "approvals.edit", title: words.edit, section, keys: ["e"], disabled: at.why.edit, run: at.edit },
    {
      id: "approvals.reject",
      title: words.reject,
      section,
      keys: ["r"],
      disabled: at.why.approve,
      run: at.reject,
    },
    {
      id: "approvals.later",
      title: words.later,
      section,
      keys: ["s"],
      disabled: at.why.approve,
      run: at.later,
    },
    { id: "approvals.look", title: words.look, section, keys: ["l"], disabled: at.why.look, run: at.look },
    {
      id: "approvals.settle",
      title: words.settle,
      section,
      keys: ["d"],
      disabled: at.why.settle,
      run: at.settle,
    },
    { id: "approvals.take_in", title: words.keyTakeIn, section, keys: ["n"], run: at.takeIn },
    { id: "approvals.filter", title: words.keyFilter, section, keys: ["/", "f"], run: at.filter },
    { id: "approvals.history", title: words.keyHistory, section, keys: ["h"], run: at.history },
  ];
  if (at.openPlan.length > 0) {
    own.push({
      id: "approvals.approve_plan",
      title: words.approvePlan(at.openPlan.length + 1),
      section,
      keys: ["Shift+A"],
      disabled: at.why.many ?? at.why.approve,
      run: at.approvePlan,
    });
  }
  return [
    ...own,
    ...TABS.map((tab, index) => ({
      id: `approvals.tab_${tab}`,
      title: words.keyTab(words.tabs[tab]),
      section,
      keys: [String(index + 1)],
      run: () => at.show(tab),
    })),
  ];
}
