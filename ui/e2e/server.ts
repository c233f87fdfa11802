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
  const child = spawn(
    binary,
    ["--data-dir", join(home, "data"), "serve", "--port", "0", "--token-file", tokenFile, "--ui", dist],
    { env: { ...process.env, FERMATA_KEY_FILE: join(home, "key") }, stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended with code ${code} before it served`)));
  });
  return {
    url: (JSON.parse(line) as { url: string }).url,
    token: (await readFile(tokenFile, "utf8")).trim(),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      await rm(home, { recursive: true, force: true });
    },
  };
}
