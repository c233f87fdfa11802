import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { FakeCore } from "./fake-core.ts";

/** Where pictures of the screens are kept. */
export const OUTPUT = join(process.env.FERMATA_OUTPUT ?? "output", "screens");

interface Fixtures {
  /** Whether the page is meant to make mistakes. */
  mistakes: boolean;
  core: FakeCore;
  /** Opens an address inside the window, signed in. */
  open: (address: string) => Promise<void>;
}

export const test = base.extend<Fixtures>({
  mistakes: [false, { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  core: async ({}, use) => {
    const core = new FakeCore();
    await core.start();
    await use(core);
    await core.stop();
  },
  page: async ({ page, mistakes }, use) => {
    const failures: string[] = [];
    page.on("pageerror", (failure) => failures.push(failure.message));
    page.on("console", (said) => {
      if (said.type() === "error" && !said.text().startsWith("Failed to load resource"))
        failures.push(said.text());
    });
    await use(page);
    if (!mistakes) expect(failures, "the page made no mistakes of its own").toEqual([]);
  },
  open: async ({ page, core }, use) => {
    await use(async (address) => {
      await page.goto(`${core.url}/#token=${core.token}`);
      await expect(page.locator("#root > *").first()).toBeVisible();
      await page.evaluate((to) => {
        window.location.hash = to;
      }, address);
    });
  },
});

export { expect };

/** Longer than the core wants a card to be on screen before it is decided. */
export const READ_MS = 350;

/** Waits until the card is painted, and for as long as a person needs at least to read it. */
export async function cardRead(page: Page): Promise<void> {
  await expect(page.getByText("Evidence").first()).toBeVisible();
  await page.waitForTimeout(READ_MS);
}

/** Checks WCAG 2.2 A and AA with axe. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  const told = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `  ${node.target}: ${node.failureSummary}`).join("\n")}`,
  );
  expect(told, told.join("\n")).toEqual([]);
}

/** Writes a picture of the window, once it has been painted. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.screenshot({ path: `${OUTPUT}/${name}.png`, animations: "disabled" });
}
