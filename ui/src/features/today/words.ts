import { plural } from "../../shared/lib/format.ts";

/** Words of Today. */
export const words = {
  title: "Today",
  needs: "Needs you",
  approvals: (count: number) =>
    plural(count, { one: "# approval waits for you", other: "# approvals wait for you" }),
  approvalsDetail: (oldest: string) => `The oldest has waited ${oldest}`,
  approvalsDue: (when: string) => `first expires in ${when}`,
  doubt: (count: number) => plural(count, { one: "# action is in doubt", other: "# actions are in doubt" }),
  doubtDetail: "The answer was lost. Fermata asks the platform; nothing is sent again meanwhile.",
  levels: { note: "Note", warning: "Warning", urgent: "Urgent" },
  owner: (who: string) => `${who} has it`,
  lasts: "for",
  mine: "I take it",
  snooze: "Not now",
  done: "Done",
  open: "Open",
  doneTitle: "How was it dealt with?",
  doneHelp: "It opens again by itself if it comes back or gets worse.",
  doneReason: "What was done",
  doneNeeded: "Say what was done.",
  doneSave: "Mark as done",
  cancel: "Cancel",
  nothing: "Nothing needs you.",
  nothingNext: "Fermata goes on reading. What needs a person appears here by itself.",
  list: "What needs you, the costliest to leave first",
  section: "Today",
  keyNext: "Next",
  keyPrevious: "Previous",
  keyOpen: "Open it",

  figures: "How the shop is",
  figureNames: {
    net_sales: "Net sales",
    late_parcels: "Late parcels",
    open_tickets: "Open tickets",
    first_reply: "First reply",
    refunds: "Refunds",
    customers: "Customers",
  } as Record<string, string>,
  noFigures: "Figures appear once the first orders and tickets are read.",
  change: (share: string) => `${share} against the period before`,
  n: (count: string) => `n ${count}`,
  based: (count: number) => plural(count, { one: "from # record", other: "from # records" }),
  trend: (name: string, days: number, low: string, high: string) =>
    `${name} per day over ${days} days, between ${low} and ${high}`,

  onboarding: "Getting started",
  onboardingCount: (done: number, all: number) => `${done} of ${all} done`,
  steps: {
    connect: "Connect an account",
    history: "Read its history",
    first_customer: "See a customer whole",
    first_decision: "Decide your first proposal",
  } as Record<string, string>,
  stepLinks: {
    connect: "/settings/connections",
    history: "/settings/connections",
    first_customer: "/customers",
    first_decision: "/approvals",
  } as Record<string, string>,
} as const;
