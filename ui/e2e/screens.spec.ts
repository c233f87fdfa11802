import { expect, expectAccessible, picture, test } from "./fixtures.ts";

const screens: [string, string, string][] = [
  ["today", "/today", "Needs you"],
  ["approvals", "/approvals", "Evidence"],
  ["customers", "/customers", "Sofia Lindqvist"],
  ["customer", "/customers/1", "Where is my parcel?"],
  ["connections", "/settings/connections", "Northlight Goods"],
  ["workflows", "/settings/workflows", "late-parcel"],
  ["guardrails", "/settings/guardrails", "Most money in one action"],
  ["look", "/settings/look", "Single keys"],
  ["data", "/settings/data", "Folder"],
  ["connect", "/settings/connections/connect", "Which platform?"],
];

for (const theme of ["light", "dark"] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    for (const [name, address, text] of screens) {
      test(`${name} is accessible`, async ({ page, open }) => {
        await open(address);
        await expect(page.getByRole("main").getByText(text).first()).toBeVisible();
        await picture(page, `${name}-${theme}`);
        await expectAccessible(page);
      });
    }

    test("the first start is accessible", async ({ page, core, open }) => {
      core.status.phase = "first_start";
      await open("/");
      await expect(page.getByRole("button", { name: "Open practice store" })).toBeVisible();
      await picture(page, `first-start-${theme}`);
      await expectAccessible(page);
    });

    test("palette and help are accessible", async ({ page, openQueue }) => {
      await openQueue();
      await page.keyboard.press("Control+k");
      await expect(page.getByPlaceholder("Search or do…")).toBeFocused();
      await page.keyboard.type("go");
      await expect(page.getByRole("menuitem", { name: /Go to Today/ })).toBeVisible();
      await picture(page, `palette-${theme}`);
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
      await page.keyboard.press("?");
      await expect(page.getByRole("heading", { name: "All keys" })).toBeVisible();
      await picture(page, `help-${theme}`);
      await expectAccessible(page);
    });

    test("nothing there is accessible", async ({ page, core, open }) => {
      core.cards = [];
      core.people = [];
      core.connections = [];
      core.alerts = [];
      for (const [name, address, text] of [
        ["today-empty", "/today", "Nothing needs you."],
        ["approvals-empty", "/approvals", "No approvals waiting."],
        ["customers-empty", "/customers", "No customers yet."],
        ["connections-empty", "/settings/connections", "No account is connected."],
      ] as const) {
        await open(address);
        await expect(page.getByText(text)).toBeVisible();
        await picture(page, `${name}-${theme}`);
        await expectAccessible(page);
      }
    });

    test("what failed is accessible", async ({ page, core, open }) => {
      core.breakWith(
        "store",
        "The store's file cannot be read. Nothing was changed.",
        "Close other programs that use it, then try again.",
      );
      for (const [name, address] of screens.slice(0, 5)) {
        await open(address);
        await expect(
          page.getByRole("main").getByText("The store's file cannot be read.").first(),
        ).toBeVisible();
        if (name === "customer")
          await expect(page.getByRole("link", { name: "All customers" })).toBeVisible();
        if (name === "approvals") await picture(page, `failed-${theme}`);
        await expectAccessible(page);
      }
    });

    test("held, in doubt and stopped are accessible", async ({ page, core, open }) => {
      core.move(101, { state: "in_doubt", next_look: new Date(core.now() + 40_000).toISOString() });
      core.move(100, {
        state: "approved",
        decided_by: "Mia",
        leaves_at: new Date(core.now() + 24_000).toISOString(),
      });
      core.status.stop = {
        by: "Mia",
        at: new Date(core.now() - 60_000).toISOString(),
        reason: "checking the new policy",
      };
      await open("/approvals/in_doubt");
      await expect(page.getByRole("button", { name: "Settle" })).toBeVisible();
      await expect(page.getByText("All sending is held.")).toBeVisible();
      await picture(page, `doubt-${theme}`);
      await expectAccessible(page);
    });
  });
}
