import { test as base, expect, type Page } from "@playwright/test";
import { expectAccessible, goTo, picture, slowDown, TAKEN, toFirstRefund } from "./fixtures.ts";
import { hasServer, type Server, startServer } from "./server.ts";

/** The same ui against the real core, practice store and all. */
const test = base.extend<{ go: (address: string) => Promise<void> }, { server: Server }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  page: async ({ page }, use) => {
    await slowDown(page);
    await use(page);
  },
  go: async ({ page, server }, use) => {
    await page.goto(`${server.url}/#token=${server.token}`);
    await expect(page.getByRole("main")).toBeVisible();
    await use((address) => goTo(page, address));
  },
});

test.skip(!hasServer, "skipped: FERMATA_BINARY (or FERMATA_URL and FERMATA_TOKEN) names no real core");
test.describe.configure({ mode: "serial" });
test.setTimeout(300_000);

/** Waits until what a place shows is there, and nothing of it is still being read. */
async function settled(page: Page): Promise<void> {
  const main = page.getByRole("main");
  await expect(main.getByRole("heading").first()).toBeVisible();
  await expect(main.getByText("Loading", { exact: true })).toHaveCount(0);
}

test("the practice store opens and its history is read", async ({ page, server }) => {
  await page.goto(`${server.url}/#token=${server.token}`);
  const practice = page.getByRole("button", { name: "Open practice store" });
  const today = page.getByRole("heading", { name: "Today", level: 1 });
  await expect(practice.or(today)).toBeVisible();
  if (await practice.isVisible()) {
    await picture(page, "real-first-start");
    await practice.click();
  }
  await expect(today).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText("Up to date").or(page.getByText(/All \d+ up to date/))).toBeVisible({
    timeout: 240_000,
  });
});

for (const theme of ["light", "dark"] as const) {
  test(`every place is accessible, ${theme}`, async ({ page, go }) => {
    await page.emulateMedia({ colorScheme: theme });
    for (const address of [
      "/today",
      "/approvals",
      "/approvals/decided",
      "/customers",
      "/settings/connections",
      "/settings/workflows",
      "/settings/guardrails",
      "/settings/look",
      "/settings/data",
    ]) {
      await go(address);
      await settled(page);
      await picture(page, `real-${theme}${address.replaceAll("/", "-")}`);
      await expectAccessible(page);
    }
  });
}

test("a customer is found as one types, and opens with a timeline", async ({ page, go }) => {
  await go("/customers");
  const first = page.getByRole("grid", { name: "Customers" }).getByRole("row").first();
  await expect(first).toBeVisible();
  const name = (await first.getByRole("gridcell").first().innerText()).trim();
  await expect(page.getByRole("searchbox", { name: "Search customers" })).toBeFocused();
  await page.keyboard.type(name.split(" ")[0] ?? name);
  await expect(first).toContainText(name.split(" ")[0] ?? name);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("grid", { name: "Timeline" }).getByRole("row").first()).toBeVisible();
  await picture(page, "real-customer");
  await expectAccessible(page);
});

test("a refund is approved by keyboard and confirmed", async ({ page, go, server }) => {
  await go("/approvals");
  const { id, row } = await toFirstRefund(page);
  const line = page.getByRole("article").locator("button[aria-expanded]").first();
  await line.click();
  await expect(page.getByRole("group", { name: "Record as the platform gave it" })).toContainText('"id"');
  await picture(page, "real-evidence");
  await line.click();
  await picture(page, "real-before-approval");
  // A card that is read once more was on screen all along: the key is not too fast.
  await page.request.post(`${server.url}/api/approvals_show`, {
    headers: { authorization: `Bearer ${server.token}` },
    data: { id },
  });
  await page.keyboard.press("a");
  await expect(row).toContainText(TAKEN);
  await picture(page, "real-approved");
  await go(`/approvals/decided/${id}`);
  await expect(page.getByRole("article")).toContainText("Done", { timeout: 180_000 });
  await expect(page.getByText("Receipt", { exact: true })).toBeVisible();
  await picture(page, "real-confirmed");
});

test("everything is stopped and goes on", async ({ page, go }) => {
  await go("/today");
  await settled(page);
  await page.keyboard.press("Control+Shift+Period");
  await expect(page.getByText("All sending is held.")).toBeVisible();
  await picture(page, "real-stopped");
  await page.getByRole("button", { name: "Let sending go on" }).click();
  await page.getByRole("button", { name: "Let it go on" }).click();
  await expect(page.getByText("All sending is held.")).toHaveCount(0);
});
