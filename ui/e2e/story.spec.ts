import { test as base, expect, type Page } from "@playwright/test";
import { goTo, picture, slowDown, TAKEN, toFirstRefund } from "./fixtures.ts";
import { type Practice, type Server, startPractice, startServer } from "./server.ts";

/** A person with an empty Fermata, three accounts, and a line that breaks at the worst moment. */
const test = base.extend<object, { server: Server; practice: Practice }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  practice: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const practice = await startPractice();
      await use(practice);
      await practice.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
});

test.skip(!process.env.FERMATA_BINARY, "skipped: FERMATA_BINARY names no program to run");
test.setTimeout(480_000);

async function connect(page: Page, practice: Practice, platform: string): Promise<void> {
  const account = practice.platforms[platform.toLowerCase()];
  if (!account) throw new Error(`the practice store has no ${platform}`);
  await page.getByRole("button", { name: platform, exact: true }).click();
  await page.getByLabel("Address", { exact: true }).fill(account.base_url);
  for (const [name, value] of Object.entries(account.credentials)) {
    await page.locator(`input[name="${name}"]`).fill(value);
  }
  await page.getByRole("button", { name: "Test the account" }).click();
  await expect(page.getByText(/^Signed in to /)).toBeVisible({ timeout: 30_000 });
  await picture(page, `story-test-${platform}`);
  await page.getByRole("button", { name: "See first records" }).click();
  await picture(page, `story-preview-${platform}`);
  await page.getByRole("button", { name: "Start reading" }).click();
}

interface Entry {
  operation: string;
  applied: { kind: string; target: string }[];
  fault: string | null;
}

async function refunds(practice: Practice): Promise<Entry[]> {
  const answer = await fetch(practice.platforms.shopify?.journal ?? "");
  return ((await answer.json()) as Entry[]).filter((entry) => entry.operation === "refundCreate");
}

const booked = async (practice: Practice) =>
  (await refunds(practice)).flatMap((entry) => entry.applied.filter(({ kind }) => kind === "refund")).length;

/** Approves the first refund that waits, by keyboard alone, and returns its id. */
async function approveRefund(page: Page): Promise<number> {
  await goTo(page, "/approvals");
  const { id, row } = await toFirstRefund(page);
  await page.keyboard.press("a");
  await expect(row).toContainText(TAKEN);
  return id;
}

test("from an empty store to refunds that the platform booked once each", async ({
  page,
  server,
  practice,
}) => {
  await slowDown(page);
  await page.goto(`${server.url}/#token=${server.token}`);
  await page.getByRole("button", { name: "Connect an account" }).click();
  await connect(page, practice, "Shopify");
  await page
    .getByRole("heading", { name: "Today", level: 1 })
    .or(page.getByRole("button", { name: "Go to Today" }))
    .first()
    .waitFor();
  await goTo(page, "/settings/connections/connect");
  await connect(page, practice, "Gorgias");
  await expect(page.getByText(/ is connected$/)).toBeVisible();
  await page.getByRole("button", { name: "Connect another" }).click();
  await connect(page, practice, "Klaviyo");
  await expect(page.getByText(/ is connected$/)).toBeVisible();
  await expect(page.getByText("All 3 up to date")).toBeVisible({ timeout: 180_000 });
  await expect(page.getByText("Practice store:")).toHaveCount(0);

  const first = await approveRefund(page);
  await goTo(page, `/approvals/decided/${first}`);
  await expect(page.getByRole("article")).toContainText("Done, receipt", { timeout: 120_000 });
  expect(await booked(practice)).toBe(1);

  // The platform books the next refund, and the answer never arrives.
  const plan = {
    seed: 1,
    rules: [{ platform: "shopify", operation: "refundCreate", fault: "cut_after", times: 1 }],
  };
  const set = await fetch(`${practice.control}/_faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(plan),
  });
  expect(set.ok).toBe(true);
  const second = await approveRefund(page);
  await goTo(page, `/approvals/decided/${second}`);
  const card = page.getByRole("article");
  await expect(card).toContainText(/Unknown: the answer was lost|Done, receipt/, { timeout: 120_000 });
  await picture(page, "story-doubt");
  await expect(card).toContainText("Done, receipt", { timeout: 180_000 });
  await picture(page, "story-found");
  expect(await booked(practice)).toBe(2);
  expect((await refunds(practice)).filter((entry) => entry.fault !== null)).toHaveLength(1);
});
