import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";

const installed = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);
const executablePath = process.env.FERMATA_CHROMIUM ?? installed;

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  outputDir: join(process.env.FERMATA_OUTPUT ?? "output", "failed"),
  // The worlds under test are not shared: with a real core, one window at a time decides.
  workers: 1,
  // Long, because only what fails waits for the end: a machine that does much else is ten times slower.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // A browser on a machine that does much else now and then misses a moment. What only holds the second
  // time is listed as flaky at the end, to be looked into.
  retries: 1,
  forbidOnly: process.env.CI !== undefined,
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    actionTimeout: 30_000,
    navigationTimeout: 30_000,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1280, height: 800 },
    screenshot: "only-on-failure",
    trace: "off",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    },
  },
});
