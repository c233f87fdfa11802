import type { Locator, Page } from "@playwright/test";
import { card } from "./fake-core/world/proposals.ts";
import { expect, picture, ready, test } from "./fixtures.ts";

/* Many at once, by keyboard: selecting, and what is approved of a selection. */

/** Waits for the question about so many, as one that Enter answers. */
async function asked(page: Page, count: number): Promise<Locator> {
  const question = page.getByRole("alertdialog", { name: `Approve ${count} proposals?` });
  await expect(question.getByRole("button", { name: `Approve ${count}` })).toBeFocused();
  return question;
}

test("many at once: what could not be approved is named with its reason", async ({
  page,
  core,
  openQueue,
}) => {
  await openQueue();
  await page.keyboard.press("x");
  await page.keyboard.press("x");
  await page.keyboard.press("x");
  await expect(page.getByText("3 of 34 selected")).toBeVisible();
  const at = core.cards.findIndex((card) => card.id === 101);
  const old = core.cards[at];
  if (old) core.cards[at] = { ...old, version: 5 };
  await ready(page, /Margaret Okafor/);
  await page.keyboard.press("a");
  await asked(page, 3);
  await picture(page, "bulk-light");
  await page.keyboard.press("Enter");
  await expect(page.getByText("1 was left out:")).toBeVisible();
  await expect(page.getByText(/Reply · James Smith/)).toBeVisible();
  expect(core.cards.filter((card) => card.state === "approved")).toHaveLength(2);
});

test("all that match are all of them", async ({ page, openQueue }) => {
  await openQueue();
  await page.keyboard.press("Control+a");
  await expect(page.getByText("34 of 34 selected")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("selected")).toHaveCount(0);
});

test("a selection is extended from where it begins, not from one that was given up", async ({
  page,
  openQueue,
}) => {
  await openQueue();
  await page.keyboard.press("x");
  await page.keyboard.press("Escape");
  for (let at = 0; at < 5; at++) await page.keyboard.press("j");
  await expect(page).toHaveURL(/approvals\/waiting\/106/);
  await page.keyboard.press("Shift+ArrowDown");
  await expect(page.getByText("2 of 34 selected")).toBeVisible();
  await page.keyboard.press("Shift+ArrowDown");
  await expect(page.getByText("3 of 34 selected")).toBeVisible();
});

test("what is selected is approved from any row, also a decided one", async ({ page, core, openQueue }) => {
  await openQueue();
  await page.keyboard.press("a");
  await ready(page, /James Smith/);
  await page.keyboard.press("x");
  await page.keyboard.press("x");
  for (let at = 0; at < 3; at++) await page.keyboard.press("k");
  await ready(page, /Ana Ruiz/);
  await page.keyboard.press("a");
  await asked(page, 2);
  await page.keyboard.press("Enter");
  await expect.poll(() => core.stateOf(102)).toBe("approved");
  expect(core.stateOf(101)).toBe("approved");
});

test("what changed after it was selected is not approved unseen", async ({ page, core, openQueue }) => {
  await openQueue();
  await page.keyboard.press("x");
  await page.keyboard.press("x");
  await ready(page, /Li Wei/);
  core.move(100, { amount: { minor: 90_000, currency: "EUR" } });
  await expect(page.getByRole("row").first()).toContainText("€900.00");
  await page.keyboard.press("a");
  await asked(page, 2);
  await page.keyboard.press("Enter");
  await expect(page.getByText("1 was left out:")).toBeVisible();
  expect(core.stateOf(100)).toBe("held");
  expect(core.stateOf(101)).toBe("approved");
});

test("a queue of 500 is there whole, and a longer one says what is not", async ({
  page,
  core,
  openQueue,
}) => {
  core.cards = Array.from({ length: 500 }, (_, at) => card(at));
  await openQueue();
  await page.keyboard.press("Control+a");
  await expect(page.getByText("500 of 500 selected")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("End");
  await expect(page.locator("[aria-rowindex='500']")).toBeVisible();
  core.cards = Array.from({ length: 1_200 }, (_, at) => card(at));
  core.change("approvals", "status");
  await expect(page.getByText("500 more · press N")).toBeVisible();
  await expect(
    page.getByText("The first 1,000 of 1,200 are here; the rest follow as these go."),
  ).toBeVisible();
});
