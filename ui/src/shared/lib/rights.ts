import { type Commands, commands, type Role } from "../../generated/commands.ts";
import { roleNames } from "./platforms.ts";

const RANK: Record<Role, number> = { viewer: 0, agent: 1, operator: 2, owner: 3 };

/** Tells whether a role may call a command. The core refuses in any case; this only says so earlier. */
export function mayCall(role: Role, name: keyof Commands): boolean {
  return RANK[role] >= RANK[commands[name].role];
}

/** Says whose right a command is, if it is not this role's. */
export function whyNot(role: Role, name: keyof Commands): string | undefined {
  if (mayCall(role, name)) return undefined;
  const needed = commands[name].role;
  const who = `an ${roleNames[needed].toLocaleLowerCase()}`;
  return needed === "owner" ? `Only ${who} may do this.` : `Only ${who} or above may do this.`;
}
