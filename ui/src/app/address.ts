import { useSyncExternalStore } from "react";

/*
 * Addresses live whole behind the `#`, query included (`#/customers?q=ana`). wouter's own hash
 * location keeps the query before the `#`, where it outlives the page that it belonged to.
 */

const CHANGES = ["hashchange", "popstate"] as const;
const MOVED = "fermata:moved";

function listen(tell: () => void): () => void {
  for (const name of [...CHANGES, MOVED]) window.addEventListener(name, tell);
  return () => {
    for (const name of [...CHANGES, MOVED]) window.removeEventListener(name, tell);
  };
}

/** Splits what stands behind the `#` into path and query. */
export function splitAddress(hash: string): { path: string; query: string } {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split(/\?(.*)/s);
  return { path: `/${path}`, query };
}

const path = () => splitAddress(window.location.hash).path;
const query = () => splitAddress(window.location.hash).query;

function navigate(
  to: string,
  { replace = false, state = null }: { replace?: boolean; state?: unknown } = {},
): void {
  const next = splitAddress(to);
  const address = `#${next.path}${next.query === "" ? "" : `?${next.query}`}`;
  window.history[replace ? "replaceState" : "pushState"](state, "", address);
  window.dispatchEvent(new Event(MOVED));
}

/** The location hook of the router. */
export function useAddress(): [string, typeof navigate] {
  return [useSyncExternalStore(listen, path), navigate];
}

useAddress.searchHook = () => useSyncExternalStore(listen, query);
useAddress.hrefs = (to: string) => `#${to}`;
