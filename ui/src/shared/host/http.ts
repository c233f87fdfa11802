import { eventReader } from "./events.ts";
import { type Host, isProblem, type Problem, ProblemError, type Reach } from "./host.ts";

const TOKEN = "fermata.token";
const RETRY_FIRST_MS = 500;
const RETRY_LONGEST_MS = 10_000;

/** Where the token lives: a tab's own storage, gone with the tab. */
export interface TokenStore {
  read(): string | null;
  write(token: string): void;
}

/**
 * Takes the token out of the address (`#token=…`) and keeps it for this tab.
 *
 * The address is cleaned at once, so that neither history nor a copied link carries it.
 */
export function takeToken(): TokenStore {
  const { hash, pathname } = window.location;
  if (hash.startsWith("#token=")) {
    const token = /^[\w.~+/=-]+$/.exec(hash.slice("#token=".length))?.[0];
    if (token) sessionStorage.setItem(TOKEN, token);
    window.history.replaceState(null, "", `${pathname}#/`);
  }
  return {
    read: () => sessionStorage.getItem(TOKEN),
    write: (token) => sessionStorage.setItem(TOKEN, token),
  };
}

const LOST: Problem = {
  code: "unreachable",
  // An answer that is lost says nothing about whether the request arrived.
  message: "Fermata's core does not answer. Whether your last step was taken in shows when it is back.",
  hint: "Check that “fermata serve” is still running; this page connects again by itself.",
};

/** An answer that came, but not whole or in no known shape. */
const unreadable = (status: number, command: string): Problem => ({
  code: "unexpected",
  message: "The server's answer could not be read.",
  hint: `Status ${status} for ${command}. Look whether it was taken in before you try again.`,
});

const SIGNED_OUT: Problem = {
  code: "signed_out",
  message: "This window is not signed in.",
  hint: "Enter the token of “fermata serve”; it names the file that holds it.",
};

/** The core behind `fermata serve`: commands as POST, changes as server-sent events. */
export function httpHost(token: TokenStore): Host {
  let tellReach: (reach: Reach) => void = () => {};
  let connectAgain: () => void = () => {};

  const headers = () => ({ authorization: `Bearer ${token.read() ?? ""}` });

  return {
    kind: "server",

    async call(command, request) {
      let answer: Response;
      try {
        answer = await fetch(`/api/${command}`, {
          method: "POST",
          headers: { ...headers(), "content-type": "application/json" },
          body: JSON.stringify(request ?? {}),
        });
      } catch {
        tellReach("lost");
        // One source says when the core is back: the stream, once it is open again.
        connectAgain();
        throw new ProblemError(LOST);
      }
      if (answer.status === 401) {
        tellReach("signed_out");
        throw new ProblemError(SIGNED_OUT);
      }
      const body: unknown = await answer.json().catch(() => undefined);
      if (answer.ok && body !== undefined) return body;
      throw new ProblemError(isProblem(body) ? body : unreadable(answer.status, command));
    },

    listen(onChange, onReach) {
      tellReach = onReach;
      const stop = new AbortController();
      let open: AbortController | undefined;
      connectAgain = () => open?.abort();
      void follow(stop.signal, headers, onChange, onReach, (connection) => {
        open = connection;
      });
      return () => stop.abort();
    },
  };
}

/** Reads the change stream, and connects again with growing pauses when it ends. */
async function follow(
  signal: AbortSignal,
  headers: () => Record<string, string>,
  onChange: (change: unknown) => void,
  onReach: (reach: Reach) => void,
  onConnect: (connection: AbortController) => void,
) {
  let pause = RETRY_FIRST_MS;
  while (!signal.aborted) {
    const connection = new AbortController();
    onConnect(connection);
    try {
      const answer = await fetch("/api/events", {
        headers: { ...headers(), accept: "text/event-stream" },
        signal: AbortSignal.any([signal, connection.signal]),
        cache: "no-store",
      });
      if (answer.status === 401) {
        onReach("signed_out");
        return;
      }
      if (answer.ok && answer.body) {
        onReach("reached");
        pause = RETRY_FIRST_MS;
        const read = eventReader((data) => {
          try {
            onChange(JSON.parse(data));
          } catch {
            // A line that is not JSON is a keep-alive of some proxy, not a change.
          }
        });
        const text = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let part = await text.read(); !part.done; part = await text.read()) read(part.value);
      }
    } catch {
      // Cut off or never reached: both end in another try below.
    }
    if (signal.aborted) return;
    onReach("lost");
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 2, RETRY_LONGEST_MS);
  }
}
