import type { Tab } from "../../generated/commands.ts";
import { useRead, useWrite } from "../../shared/host/client.ts";

/** As many rows as the core gives at once. A queue longer than that says so. */
const WHOLE = 1_000;
/** Enough to find what just left a queue. */
const RECENT = 200;

/** One tab of the queue. The last tab's rows are not shown while another is read: they are other proposals. */
export const useApprovals = (tab: Tab, enabled = true) =>
  useRead("approvals_list", { tab, offset: 0, limit: WHOLE }, { enabled });

/** What was decided last. */
export const useRecentlyDecided = (enabled: boolean) =>
  useRead("approvals_list", { tab: "decided", offset: 0, limit: RECENT }, { enabled });

export const useProposal = (id: number | undefined) =>
  useRead("approvals_show", { id: id ?? 0 }, { enabled: id !== undefined });

export const useDecide = () => useWrite("approvals_decide");
export const useDecideMany = () => useWrite("approvals_decide_many");
export const useUndo = () => useWrite("approvals_undo");
export const useLook = () => useWrite("approvals_look");
export const useSettle = () => useWrite("approvals_settle");
