import { plural } from "../shared/lib/format.ts";

/** Words of the window's frame. */
export const words = {
  app: "Fermata",
  skip: "Skip to content",
  places: "Places",
  today: "Today",
  approvals: "Approvals",
  customers: "Customers",
  settings: "Settings",
  waiting: (count: number) => plural(count, { one: "# waits for you", other: "# wait for you" }),

  go: (place: string) => `Go to ${place}`,
  sectionWindow: "Everywhere",
  find: "Search or do…",
  findTitle: "Search customers and commands",
  findNothing: "No command is called that.",
  findCustomers: (text: string) => `Search customers for “${text}”`,
  help: "All keys",
  helpFilter: "Search keys",
  helpHint: "Keys can be changed or switched off in Settings, under Look and keys.",
  noKey: "no key",

  stop: "Stop all sending",
  stopShort: "Stop all",
  stopped: "All sending is held.",
  stoppedBy: (who: string) => `Stopped by ${who}`,
  stopReason: (reason: string) => `“${reason}”`,
  stopSaid: "All sending is stopped. Nothing leaves until you let it go on.",
  resume: "Let sending go on",
  resumeTitle: "Let sending go on?",
  resumeText:
    "What is approved and whose undo time is over leaves at once. Everything that still waits for a person goes on waiting.",
  resumeConfirm: "Let it go on",
  cancel: "Cancel",

  practice: "Practice store: these customers are made up, and no one outside is reached.",
  syncLabel: "How current the picture is",
  syncNone: "No account connected",
  syncFailing: (failing: number, all: number) => `${failing} of ${all} cannot be read`,
  syncFilling: (filling: number, all: number) => `Reading history, ${filling} of ${all}`,
  syncBehind: (current: number, all: number) => `${current} of ${all} up to date`,
  syncFresh: (all: number) => plural(all, { one: "Up to date", other: "All # up to date" }),
  syncAge: (age: string) => `${age} ago`,

  lost: "The core does not answer. What you see is as of the last contact; nothing you decide is taken in until it is back.",
  lostShort: "Not connected",
  signInTitle: "This window is not signed in",
  signInText:
    "Paste the token of `fermata serve`; it names the file that holds it. The token is kept for this tab alone.",
  signInToken: "Token",
  signInGo: "Sign in",
  notFound: "There is no such place.",
  notFoundNext: "Go to Today",
  opening: "Opening your store",
} as const;
