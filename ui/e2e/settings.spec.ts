import { Refusal } from "./fake-core/refusal.ts";
import { twelveConnections } from "./fake-core/world/accounts.ts";
import { expect, expectAccessible, picture, test } from "./fixtures.ts";

for (const theme of ["light", "dark"] as const) {
  for (const [width, height] of [
    [1280, 800],
    [1024, 700],
  ] as const) {
    test(`twelve accounts are seen at once, ${theme} at ${width}`, async ({ page, core, open }) => {
      core.connections = twelveConnections();
      core.preferences.theme = theme;
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height });
      await open("/settings/connections");
      const accounts = page.getByRole("table", { name: "Connected accounts" });
      await expect(accounts.getByRole("row")).toHaveCount(13);
      await expect(accounts.getByRole("row").last()).toBeInViewport({ ratio: 1 });
      await expect(page.getByText("12 accounts")).toBeVisible();
      await expect(accounts.getByRole("row").nth(5)).toContainText(
        "maintenance mode is on. First seen 20 min",
      );
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(over).toBeLessThanOrEqual(0);
      await picture(page, `connections-twelve-${theme}-${width}`);
      await page.getByRole("button", { name: "Shopify Northlight Kids" }).click();
      await expect(page.getByRole("group", { name: /^Most of the platform's allowance/ })).toBeVisible();
      await picture(page, `connection-open-${theme}-${width}`);
      await expectAccessible(page);
    });
  }
}

test("accounts are gone through and opened by keys, each under its own address", async ({ page, open }) => {
  await open("/settings/connections");
  await expect(page.getByText("3 accounts")).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(
    page.getByText("Make a new key in Gorgias and enter it here.", { exact: false }),
  ).toBeVisible();
  await expect(page).toHaveURL(/connections\/2$/);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Make a new key in Gorgias", { exact: false })).toHaveCount(0);
});

test("a link to the last of many accounts leads to it", async ({ page, core, open }) => {
  core.connections = twelveConnections();
  await page.setViewportSize({ width: 1024, height: 600 });
  await open("/settings/connections/12");
  await expect(page.getByRole("button", { name: "Prove" })).toBeInViewport();
});

test("a permission that is missing says what to do about it", async ({ page, open }) => {
  await open("/settings/connections/2");
  await expect(page.getByText("Give them at Gorgias, then sign in again.")).toBeVisible();
});

test("a store of one's own is connected once practice has ended", async ({ page, core, open }) => {
  core.status.practice = true;
  await open("/settings/connections/connect");
  await expect(page.getByText("A store of your own is not connected beside it.")).toBeVisible();
  await page.getByRole("button", { name: "Go to the accounts" }).click();
  await expect(page.getByText("3 accounts")).toBeVisible();
  await expect(page.getByRole("button", { name: "Connect an account" })).toHaveCount(0);
  const answer = core.holdBack("connections_remove");
  await page.getByRole("button", { name: "End practice" }).click();
  const question = page.getByRole("alertdialog", { name: "End practice?" });
  await picture(page, "end-practice-light");
  await expectAccessible(page);
  await question.getByRole("button", { name: "End practice" }).click();
  await expect(question.getByRole("button", { name: "Ending practice" })).toBeVisible();
  answer(new Refusal("store", "The store is busy."));
  await expect(question.getByText("The store is busy.")).toBeVisible();
  expect(core.connections).toHaveLength(3);
  core.before("connections_remove", undefined);
  await question.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "Welcome to Fermata" })).toBeVisible();
  await page.getByRole("button", { name: "Connect an account" }).click();
  await expect(page.getByText("Which platform?")).toBeVisible();
});

test("a share is set at once, and set back when the core refuses it", async ({ page, core, open }) => {
  await open("/settings/connections/1");
  const share = page.getByRole("group", { name: /^Most of the platform's allowance/ });
  await expect(share.getByRole("radio", { name: "50%" })).toBeChecked();
  await share.getByRole("radio", { name: "25%" }).click();
  await expect.poll(() => core.connections[0]?.share).toBe(25);
  await share.getByRole("radio", { name: "100%" }).click();
  await expect(page.getByText("The platform allows no more than 75 %.")).toBeVisible();
  await expect(share.getByRole("radio", { name: "25%" })).toBeChecked();
  expect(core.connections[0]?.share).toBe(25);
});

test("who may not set a share reads whose right it is", async ({ page, core, open }) => {
  core.status.role = "operator";
  await open("/settings/connections/1");
  const share = page.getByRole("group", { name: /^Most of the platform's allowance/ });
  await expect(share.getByRole("radio", { name: "50%" })).toBeDisabled();
  await expect(share.getByText(/owner/i)).toBeVisible();
});

test("the last proof is shown with its time, also by another window", async ({ page, core, open }) => {
  await open("/settings/connections/2");
  await expect(page.getByText("4 records differ", { exact: false })).toBeVisible();
  await expect(page.getByText("1 of 3 kinds could not be compared", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Prove" }).click();
  await expect(page.getByText("Both sides agree")).toBeVisible();
  await expect(page.getByRole("cell", { name: "The same", exact: true })).toHaveCount(3);
  await page.reload();
  await expect(page.getByText("Both sides agree")).toBeVisible();
  await expect(page.getByRole("cell", { name: "The same", exact: true })).toHaveCount(0);
  expect(core.connections[1]?.last_proof?.holds).toBe(true);
});

test("a looser limit waits for a day and can be taken back", async ({ page, core, open }) => {
  await open("/settings/guardrails");
  await page.getByLabel("Most money in one action").fill("80.00");
  await page.getByLabel("Most actions about one customer in a day").fill("4");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/Looser limits hold from .+ on\. Mia asked for them\./)).toBeVisible();
  await expect(page.getByText("Most money in one action: 50.00 now, 80.00 then")).toBeVisible();
  await expect(page.getByLabel("Most money in one action")).toHaveValue("80.00");
  expect(core.limits).toMatchObject({ per_action: "50.00", actions_per_customer_day: 4 });
  await picture(page, "guardrails-looser-light");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Take them back" }).click();
  await expect(page.getByText(/Looser limits hold from/)).toHaveCount(0);
  await expect(page.getByLabel("Most money in one action")).toHaveValue("50.00");
});
