import { House, type LucideIcon, Settings, Stamp, UsersRound } from "lucide-react";
import { words } from "./words.ts";

export interface Place {
  path: string;
  title: string;
  key: string;
  icon: LucideIcon;
}

/** The places that exist, in the order of the rail. */
export const places: readonly Place[] = [
  { path: "/today", title: words.today, key: "g t", icon: House },
  { path: "/approvals", title: words.approvals, key: "g a", icon: Stamp },
  { path: "/customers", title: words.customers, key: "g c", icon: UsersRound },
  { path: "/settings", title: words.settings, key: "g s", icon: Settings },
];

/** The id of the command that goes to an address. */
export function goTo(path: string): string {
  return `go.${path.slice(1).replaceAll("/", ".")}`;
}

/** Parts of Settings that are worth finding by name. */
export const corners: readonly { path: string; title: string }[] = [
  { path: "/settings/connections/connect", title: words.connect },
  { path: "/settings/connections", title: words.connections },
  { path: "/settings/workflows", title: words.workflows },
  { path: "/settings/guardrails", title: words.guardrails },
  { path: "/settings/look", title: words.look },
  { path: "/settings/data", title: words.data },
];
