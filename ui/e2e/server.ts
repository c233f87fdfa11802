import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Server {
  url: string;
  token: string;
  stop: () => Promise<void>;
}

/** Tells whether a real core is at hand: one that runs, or a program to run. */
export const hasServer = Boolean(
  process.env.FERMATA_BINARY || (process.env.FERMATA_URL && process.env.FERMATA_TOKEN),
);

/**
 * Returns a real core: the one named by `FERMATA_URL` and `FERMATA_TOKEN`, or `FERMATA_BINARY` serving
 * an empty store in a folder of its own.
 */
export async function startServer(): Promise<Server> {
  const { FERMATA_URL: url, FERMATA_TOKEN: token, FERMATA_BINARY: binary } = process.env;
  if (url && token) return { url, token, stop: async () => {} };
  if (!binary) throw new Error("neither FERMATA_URL nor FERMATA_BINARY is set");

  const home = await mkdtemp(join(tmpdir(), "fermata-ui-"));
  const tokenFile = join(home, "token");
  const dist = join(import.meta.dirname, "..", "dist");
  const { line, stop } = await firstLine(
    binary,
    ["--data-dir", join(home, "data"), "serve", "--port", "0", "--token-file", tokenFile, "--ui", dist],
    { FERMATA_KEY_FILE: join(home, "key") },
  );
  return {
    url: (JSON.parse(line) as { url: string }).url,
    token: (await readFile(tokenFile, "utf8")).trim(),
    stop: async () => {
      await stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** What `fermata practice` says about itself: where its platforms are and how to sign in to them. */
export interface Practice {
  control: string;
  platforms: Record<string, { base_url: string; credentials: Record<string, string>; journal: string }>;
}

/** Starts the practice store on its own, so that its books can be read from outside. */
export async function startPractice(): Promise<Practice & { stop: () => Promise<void> }> {
  const { FERMATA_BINARY: binary } = process.env;
  if (!binary) throw new Error("FERMATA_BINARY is not set");
  const { line, stop } = await firstLine(binary, ["practice", "--port", "0", "--customers", "200"], {});
  return { ...(JSON.parse(line) as Practice), stop };
}

/** Starts a program and returns the first line it says, and how to end it. */
async function firstLine(binary: string, args: string[], env: Record<string, string>) {
  const child = spawn(binary, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(new Error(`${args[0]} ended with code ${code} before it said anything`)),
    );
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { line, stop };
}
