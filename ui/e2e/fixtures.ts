import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { FakeCore } from "./fake-core/core.ts";

/** Where pictures of the screens are kept. */
export const OUTPUT = join(process.env.FERMATA_OUTPUT ?? "output", "screens");

/** How many times slower the page and the core are made, so that tests that hurry are found. */
const SLOWER = Number(process.env.FERMATA_SLOWER ?? 1);
/** How long the core takes over an answer, per time that it is slower. */
const ANSWER_MS = 50;

interface Fixtures {
  /** Whether the page is meant to make mistakes. */
  mistakes: boolean;
  core: FakeCore;
  /** Opens an address inside the window, signed in. */
  open: (address: string) => Promise<void>;
  /** Opens the queue, and reads its first card: a refund to Ana Ruiz. */
  openQueue: () => Promise<void>;
}

export const test = base.extend<Fixtures>({
  mistakes: [false, { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  core: async ({}, use) => {
    const core = new FakeCore();
    core.answerMs = (SLOWER - 1) * ANSWER_MS;
    await core.start();
    await use(core);
    await core.stop();
  },
  page: async ({ page, mistakes }, use, test) => {
    const failures: string[] = [];
    const lost: string[] = [];
    page.on("requestfailed", (request) =>
      lost.push(`${new Date().toISOString()} ${request.url()}: ${request.failure()?.errorText}`),
    );
    await slowDown(page);
    page.on("pageerror", (failure) => failures.push(failure.message));
    page.on("console", (said) => {
      if (said.type() === "error" && !said.text().startsWith("Failed to load resource"))
        failures.push(said.text());
    });
    await use(page);
    // Of a page that reached no server only the browser knows why.
    if (test.status !== test.expectedStatus && lost.length > 0)
      console.log(`requests that got no answer:\n${lost.join("\n")}`);
    if (!mistakes) expect(failures, "the page made no mistakes of its own").toEqual([]);
  },
  open: async ({ page, core }, use) => {
    await use(async (address) => {
      if (!page.url().startsWith(core.url)) {
        await page.goto(`${core.url}/#token=${core.token}`);
        await expect(page.locator("#root > *").first()).toBeVisible();
      }
      await goTo(page, address);
    });
  },
  openQueue: async ({ page, open }, use) => {
    await use(async () => {
      await open("/approvals");
      await ready(page, /Ana Ruiz/);
    });
  },
});

export { expect };

/** Makes the page as slow as on the machine that `FERMATA_SLOWER` asks for. */
export async function slowDown(page: Page): Promise<void> {
  if (SLOWER <= 1) return;
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
}

/** Longer than the core wants a card to be on screen before it is decided. */
export const READ_MS = 350;

/** Goes to an address inside the window, and comes back when its place is painted instead of the last one. */
export async function goTo(page: Page, address: string): Promise<void> {
  await page.evaluate(
    (hash) =>
      new Promise<void>((done) => {
        const painted = () => requestAnimationFrame(() => requestAnimationFrame(() => done()));
        if (window.location.hash === hash) return painted();
        window.addEventListener("hashchange", painted, { once: true });
        window.location.hash = hash;
      }),
    `#${address}`,
  );
}

/** Waits until this card is painted whole, and for as long as a person needs at least to read it. */
export async function ready(page: Page, title: RegExp | string): Promise<void> {
  const card = page.getByRole("article", { name: title });
  await expect(card.getByText("Evidence", { exact: true })).toBeVisible();
  await page.waitForTimeout(READ_MS);
}

/** Goes down by one to the second card of the queue, a reply to James Smith, and reads it. */
export async function toSecond(page: Page): Promise<void> {
  await page.keyboard.press("j");
  await ready(page, /James Smith/);
}

/** Approves the first three of the queue by keyboard, and waits until they are on their way. */
export async function approveThree(page: Page): Promise<void> {
  for (const name of [/Ana Ruiz/, /James Smith/, /Li Wei/]) {
    await ready(page, name);
    await page.keyboard.press("a");
  }
  await expect(page.getByText("3 on their way")).toBeVisible();
}

/** What the row of an approved card says, however soon or late one looks at it. */
export const TAKEN = /Approved by|Sending to|not visible yet|Done/;

/** Goes down the queue by keyboard to the first refund that waits, and reads it. */
export async function toFirstRefund(page: Page): Promise<{ id: number; row: Locator }> {
  const rows = page.getByRole("grid", { name: "Proposals" }).getByRole("row");
  const refund = rows.filter({ hasText: /^\s*Refund/ }).first();
  await expect(refund).toBeVisible({ timeout: 120_000 });
  const at = Number(await refund.getAttribute("aria-rowindex"));
  // The address names a card once a person has moved to it.
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  for (let row = 1; row < at; row++) await page.keyboard.press("j");
  await ready(page, /^Refund .* to /);
  await expect(page).toHaveURL(/approvals\/waiting\/\d+/);
  const id = Number(/approvals\/waiting\/(\d+)/.exec(page.url())?.[1]);
  return { id, row: page.locator(`[role=row][aria-rowindex="${at}"]`) };
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
