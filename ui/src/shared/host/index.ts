import { createContext, useContext } from "react";
import type { Host } from "./host.ts";
import { httpHost, takeToken } from "./http.ts";

export { type Host, type Problem, ProblemError, type Reach, toProblem } from "./host.ts";

/** Chooses the door by where the page runs: inside the desktop shell, or in a browser. */
export async function chooseHost(): Promise<Host> {
  if ("__TAURI_INTERNALS__" in window) return (await import("./tauri.ts")).tauriHost();
  return httpHost(takeToken());
}

const HostContext = createContext<Host | null>(null);

export const HostProvider = HostContext.Provider;

export function useHost(): Host {
  const host = useContext(HostContext);
  if (!host) throw new Error("useHost is called outside of HostProvider");
  return host;
}
