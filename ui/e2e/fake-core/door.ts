import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { Refusal } from "./refusal.ts";

const DIST = join(import.meta.dirname, "..", "..", "dist");
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** Whom the door opens to. */
interface Behind {
  readonly token: string;
  readonly away: boolean;
  /** Answers one command, or throws what is refused. */
  answer(name: string, request: unknown): Promise<unknown>;
}

/** The core's HTTP: the files of the window, commands, and one stream of changes for each window. */
export class Door {
  readonly #behind: Behind;
  readonly #listeners = new Set<ServerResponse>();
  readonly #server = createServer(
    (request, response) => void this.#serve(request, response).catch(() => response.destroy()),
  );

  constructor(behind: Behind) {
    this.#behind = behind;
  }

  /** Opens, and returns the address. */
  async open(): Promise<string> {
    if (!existsSync(join(DIST, "index.html"))) throw new Error("dist/ is missing: run `npm run build` first");
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const listener of this.#listeners) listener.end();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Tells every window of an event. */
  tell(event: string, data: unknown): void {
    for (const listener of this.#listeners) {
      listener.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    }
  }

  cutStreams(): void {
    for (const listener of this.#listeners) listener.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    if (!path.startsWith("/api/")) return sendFile(path, response);
    if (this.#behind.away) {
      request.socket.destroy();
      return;
    }
    if (request.headers.authorization !== `Bearer ${this.#behind.token}`) {
      response.writeHead(401).end();
      return;
    }
    if (path === "/api/events") return this.#listen(response);
    let text = "";
    for await (const part of request) text += part;
    try {
      const answer = await this.#behind.answer(path.slice("/api/".length), JSON.parse(text));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    } catch (failure) {
      const { code, message, hint } =
        failure instanceof Refusal ? failure : new Refusal("internal", String(failure));
      response
        .writeHead(400, { "content-type": "application/json" })
        .end(JSON.stringify({ code, message, hint, retry_after: null }));
    }
  }

  #listen(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": hello\n\n");
    this.#listeners.add(response);
    response.on("close", () => this.#listeners.delete(response));
  }
}

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const inside = normalize(path === "/" ? "/index.html" : path);
  try {
    const body = await readFile(join(DIST, inside));
    response
      .writeHead(200, { "content-type": TYPES[extname(inside)] ?? "application/octet-stream" })
      .end(body);
  } catch {
    response.writeHead(404).end();
  }
}
