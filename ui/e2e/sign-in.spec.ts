import { Refusal } from "./fake-core/refusal.ts";
import { expect, expectAccessible, picture, test } from "./fixtures.ts";

for (const theme of ["light", "dark"] as const) {
  test(`an account is approved in the browser, ${theme}`, async ({ page, core, open }) => {
    core.preferences.theme = theme;
    await page.emulateMedia({ colorScheme: theme });
    await open("/settings/connections/connect");
    await page.getByRole("button", { name: "Shopify" }).click();
    const approve = page.getByRole("button", { name: "Approve in the browser" });
    await expect(approve).toHaveAttribute("aria-disabled", "true");
    await page.getByLabel("Address").fill("https://northlight.myshopify.com");
    await page.getByLabel("Client ID of your app").fill("app");
    await page.getByLabel("Client secret of the same app").fill("secret");
    await expect(page.getByText("http://127.0.0.1:7434/shopify")).toBeVisible();
    await picture(page, `sign-in-${theme}`);
    await expectAccessible(page);

    await approve.click();
    await expect(page.getByText("Waiting for your approval at Shopify.")).toBeVisible();
    await expect(page.getByRole("link", { name: "Open the page" })).toBeVisible();
    await picture(page, `sign-in-waiting-${theme}`);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Stop waiting" }).click();
    await expect.poll(() => core.cancelled).toEqual(["sign-in-1"]);

    await approve.click();
    await expect.poll(() => core.begun.length === 2 && core.person !== undefined).toBe(true);
    core.person?.(false);
    await expect(page.getByText("it was refused there", { exact: false })).toBeVisible();
    await page.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => core.begun.length === 3 && core.person !== undefined).toBe(true);
    core.person?.(true);
    await expect(page.getByText("Signed in to Northlight Goods")).toBeVisible();
    await page.getByRole("button", { name: "See first records" }).click();
    await page.getByRole("button", { name: "Start reading" }).click();
    await expect(page.getByText(/ is connected$/)).toBeVisible();
    expect(core.begun[0]?.credentials).toEqual({ client_id: "app", client_secret: "secret" });
    expect(core.connected).toEqual([
      {
        platform: "shopify",
        base_url: "https://northlight.myshopify.com",
        credentials: {},
        approval: "sign-in-3",
      },
    ]);
  });
}

test("a shop of WordPress asks in the browser for its address alone, and a key stays the other way", async ({
  page,
  core,
  open,
}) => {
  await open("/settings/connections/connect");
  await page.getByRole("button", { name: "WooCommerce" }).click();
  await page.getByLabel("Address").fill("https://northlight.example");
  const approve = page.getByRole("button", { name: "Approve in the browser" });
  await expect(page.getByText("An older WordPress refuses", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Open the page where a key is made" }).click();
  await expect.poll(() => core.begun.map((one) => one.key_page)).toEqual([true]);
  await picture(page, "sign-in-wordpress");
  await expectAccessible(page);
  await approve.click();
  await expect(page.getByText("Waiting for your approval at WooCommerce.")).toBeVisible();
  await expect(page.getByText("An older WordPress refuses", { exact: false })).toBeVisible();
  await expect.poll(() => core.person !== undefined).toBe(true);
  core.left = "Remove one password in WordPress.";
  core.person?.(true);
  await expect(page.getByText("Fermata acts there as mia (shop manager).")).toBeVisible();
  await expect(page.getByText("Remove one password in WordPress.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "See first records" }).click();
  await page.getByRole("button", { name: "Start reading" }).click();
  await expect(page.getByText(/ is connected$/)).toBeVisible();
  expect(core.begun[1]).toMatchObject({ credentials: {}, key_page: false });
  expect(core.connected).toEqual([
    {
      platform: "woocommerce",
      base_url: "https://northlight.example",
      credentials: {},
      approval: "sign-in-2",
    },
  ]);
});

test("what signing in again leaves behind is read before the window closes", async ({ page, core, open }) => {
  await open("/settings/connections/1");
  await page.getByRole("button", { name: "Sign in again" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Client ID of your app").fill("app");
  await dialog.getByLabel("Client secret of the same app").fill("secret");
  core.left = "Remove one password there.";
  await dialog.getByRole("button", { name: "Approve in the browser" }).click();
  await expect.poll(() => core.person !== undefined).toBe(true);
  core.person?.(true);
  await expect(dialog.getByText("Remove one password there.")).toBeVisible();
  await expectAccessible(page);
  expect(core.signedIn).toEqual([{ id: 1, credentials: {}, approval: "sign-in-1" }]);
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  await expect(dialog).toHaveCount(0);
});

test("an account is signed in again, and another one does not take its place", async ({
  page,
  core,
  open,
}) => {
  await open("/settings/connections/2");
  await page.getByRole("button", { name: "Sign in again" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(dialog.getByText("This is needed.")).toHaveCount(2);
  await dialog.getByLabel("E-mail of the user").fill("mia@northlight.example");
  await dialog.getByLabel("API key").fill("another");
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(dialog.getByText("Nothing was changed.", { exact: false })).toBeVisible();
  await picture(page, "sign-in-again");
  await expectAccessible(page);
  await dialog.getByLabel("API key").fill("fresh");
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(dialog).toHaveCount(0);
  expect(core.signedIn).toEqual([
    { id: 2, credentials: { email: "mia@northlight.example", api_key: "fresh" } },
  ]);
});

test("an approval in the browser signs an account in again", async ({ page, core, open }) => {
  await open("/settings/connections/1");
  await page.getByRole("button", { name: "Sign in again" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Client ID of your app").fill("app");
  await dialog.getByLabel("Client secret of the same app").fill("secret");
  await dialog.getByRole("button", { name: "Approve in the browser" }).click();
  await expect.poll(() => core.person !== undefined).toBe(true);
  await picture(page, "sign-in-again-waiting");
  await expectAccessible(page);
  core.person?.(true);
  await expect(dialog).toHaveCount(0);
  expect(core.signedIn).toEqual([{ id: 1, credentials: {}, approval: "sign-in-1" }]);
});

test("an approval that could not be used is tried again, without asking for a key", async ({
  page,
  core,
  open,
}) => {
  await open("/settings/connections/1");
  await page.getByRole("button", { name: "Sign in again" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Client ID of your app").fill("app");
  await dialog.getByLabel("Client secret of the same app").fill("secret");
  core.before("connections_sign_in", () => {
    throw new Refusal("store", "The store is busy. Nothing was changed.");
  });
  await dialog.getByRole("button", { name: "Approve in the browser" }).click();
  await expect.poll(() => core.person !== undefined).toBe(true);
  core.person?.(true);
  await expect(dialog.getByText("The store is busy. Nothing was changed.")).toBeVisible();
  core.before("connections_sign_in", undefined);
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(dialog).toHaveCount(0);
  expect(core.signedIn).toEqual([{ id: 1, credentials: {}, approval: "sign-in-1" }]);
});
