import { Refusal } from "./fake-core/refusal.ts";
import { customers } from "./fake-core/world/people.ts";
import { expect, picture, test, toSecond } from "./fixtures.ts";

test("the first start leads into the practice store", async ({ page, core, open }) => {
  core.status.phase = "first_start";
  await open("/");
  await page.getByRole("button", { name: "Open practice store" }).click();
  await expect(page.getByRole("heading", { name: "Today", level: 1 })).toBeVisible();
  await expect(page.getByText("Practice store:")).toBeVisible();
});

test("what each platform cannot do is folded away until somebody asks", async ({ page, open }) => {
  await open("/settings/connections/connect");
  await expect(page.getByText("Shopify does not tell when an order is deleted.")).toBeHidden();
  await page.getByText("1 thing to know").click();
  await expect(page.getByText("Shopify does not tell when an order is deleted.")).toBeVisible();
  await page.getByRole("button", { name: "Klaviyo" }).click();
  await expect(page.getByLabel("Address", { exact: true })).toHaveValue("https://a.klaviyo.com");
});

test("an account is connected in five steps, and its credentials stay nowhere in the page", async ({
  page,
  core,
  open,
}) => {
  core.status.phase = "first_start";
  await open("/");
  await page.getByRole("button", { name: "Connect an account" }).click();
  await expect(page.getByText("Step 1 of 5")).toBeVisible();
  await page.getByRole("button", { name: "Gorgias" }).click();
  await page.getByRole("button", { name: "Test the account" }).click();
  await expect(page.getByText("Write the whole address, beginning with https://")).toBeVisible();
  await page.getByLabel("Address", { exact: true }).fill("https://northlight.gorgias.com");
  await page.getByLabel("E-mail of the user").fill("mia@example.com");
  await page.getByLabel("API key").fill("wrong");
  await page.getByRole("button", { name: "Test the account" }).click();
  await expect(page.getByText("The platform refuses these credentials. Nothing was kept.")).toBeVisible();
  await page.getByLabel("API key").fill("secret-key-4711");
  await page.getByRole("button", { name: "Test the account" }).click();
  await expect(page.getByText("Signed in to Northlight Goods")).toBeVisible();
  await expect(page.getByText("orders older than 60 days")).toBeVisible();
  await picture(page, "connect-test-light");
  await page.getByRole("button", { name: "See first records" }).click();
  await expect(page.getByText("Ana Ruiz, ana.ruiz@example.com")).toBeVisible();
  await picture(page, "connect-preview-light");
  await page.getByRole("button", { name: "Start reading" }).click();
  await expect
    .poll(() => core.connected)
    .toEqual([
      {
        platform: "gorgias",
        base_url: "https://northlight.gorgias.com",
        credentials: { email: "mia@example.com", api_key: "secret-key-4711" },
      },
    ]);
  const kept = await page.evaluate(() =>
    JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      location.href,
      document.documentElement.outerHTML,
    ]),
  );
  expect(kept).not.toContain("secret-key-4711");
});

test("everything is stopped by one key in every place, and goes on only when asked", async ({
  page,
  core,
  open,
}) => {
  await open("/customers");
  await expect(page.getByRole("searchbox", { name: "Search customers" })).toBeFocused();
  await page.keyboard.press("Control+Shift+Period");
  await expect(page.getByText("All sending is held.")).toBeVisible();
  expect(core.status.stop?.by).toBe("Mia");
  await page.getByRole("button", { name: "Let sending go on" }).click();
  await page.getByRole("button", { name: "Let it go on" }).click();
  await expect(page.getByText("All sending is held.")).toHaveCount(0);
  expect(core.status.stop).toBeNull();
});

test("customers are searched as one types and opened by Enter", async ({ page, open }) => {
  await open("/customers");
  await expect(page.getByRole("searchbox", { name: "Search customers" })).toBeFocused();
  await page.keyboard.type("okafor");
  await expect(page.getByRole("row").first()).toContainText("Margaret Okafor");
  await expect(page.getByText(/^3\d customers$/)).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Margaret Okafor", level: 1 })).toBeVisible();
  await expect(page.getByText("Where is my parcel?").first()).toBeVisible();
  await page.keyboard.press("w");
  await expect(page.getByText("same e-mail address, written in capitals")).toBeVisible();
  await page.keyboard.press("f");
  await expect(page.getByRole("row").first()).toContainText("Cart left");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Record as the platform gave it")).toBeVisible();
  await picture(page, "customer-event-light");
  await page.keyboard.press("Escape");
  await expect(page.getByText("Record as the platform gave it")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { name: "Customers", level: 1 })).toBeVisible();
});

test("what we did ourselves opens like any other event, and leads to its proposal", async ({
  page,
  open,
}) => {
  await open("/customers/1");
  await expect(page.getByRole("grid", { name: "Timeline" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Proposed" })).toBeVisible();
  await expect(page).toHaveURL(/customers\/1\/-10000$/);
});

test("a long timeline goes on as one scrolls", async ({ page, open }) => {
  await open("/customers/2");
  const grid = page.getByRole("grid", { name: "Timeline" });
  await expect(grid).toBeFocused();
  let rows = Number(await grid.getAttribute("aria-rowcount"));
  while (rows < 253) {
    await page.keyboard.press("End");
    const before = rows;
    await expect
      .poll(async () => {
        rows = Number(await grid.getAttribute("aria-rowcount"));
        return rows;
      })
      .toBeGreaterThan(before);
  }
  expect(rows).toBe(253);
});

test("a million customers scroll to their very end", async ({ page, core, open }) => {
  core.people = customers(1_000_000);
  await open("/customers");
  await expect(page.getByText("1,000,000 customers")).toBeVisible();
  const grid = page.getByRole("grid");
  await grid.focus();
  await page.keyboard.press("End");
  await expect(page.locator("[aria-rowindex='1000000']")).toBeVisible();
  await expect(page.locator("[aria-rowindex='1000000']")).toContainText("999999");
  expect(await page.getByRole("row").count()).toBeLessThan(60);
  await page.keyboard.press("Home");
  await expect(page.getByRole("row").first()).toContainText("Ana Ruiz");
  await grid.hover();
  await page.mouse.wheel(0, 4_000);
  await expect(page.locator("[aria-rowindex='105']")).toBeVisible();
});

test("the core going away is said, and work goes on when it is back", async ({ page, core, openQueue }) => {
  await openQueue();
  core.away = true;
  core.cutStreams();
  await page.keyboard.press("a");
  await expect(page.getByText("Fermata's core does not answer.").first()).toBeVisible();
  await expect(page.getByText("Not connected")).toBeVisible();
  await expect(page.getByRole("row").first()).toContainText("Ana Ruiz");
  await picture(page, "offline-light");
  core.away = false;
  await expect(page.getByText("Not connected")).toHaveCount(0);
  await page.keyboard.press("a");
  await expect.poll(() => core.cards[0]?.state).toBe("approved");
});

test("the stream breaking off loses neither the place, nor what was typed, nor what happened meanwhile", async ({
  page,
  core,
  openQueue,
}) => {
  await openQueue();
  await toSecond(page);
  await page.keyboard.press("e");
  await page.getByLabel("Text").fill("My own words");
  core.cutStreams();
  core.cards = core.cards.filter((card) => card.id !== 104);
  await expect(page.getByText("Not connected")).toHaveCount(0);
  await expect(page.getByRole("link", { name: /To approve/ })).toContainText("33");
  await expect(page.getByLabel("Text")).toHaveValue("My own words");
  await expect(page).toHaveURL(/approvals\/waiting\/101/);
});

test.describe("a place that fails in painting", () => {
  test.use({ mistakes: true });
  test("leaves the way out and the stop switch", async ({ page, core, open }) => {
    core.people = core.people.map((row) => ({ ...row, spent: [{ minor: 1, currency: "" }] }));
    await open("/customers");
    await expect(page.getByText("This window made a mistake in painting.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Stop all sending" })).toBeVisible();
    await page.getByRole("link", { name: "Today" }).click();
    await expect(page.getByRole("heading", { name: "Today", level: 1 })).toBeVisible();
  });
});

test("without a token nothing of the shop is shown", async ({ page, core }) => {
  await page.goto(`${core.url}/`);
  await expect(page.getByRole("heading", { name: "This window is not signed in" })).toBeVisible();
  await expect(page.getByText("Northlight")).toHaveCount(0);
  await page.getByLabel("Token").fill(core.token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Today", level: 1 })).toBeVisible();
  expect(page.url()).not.toContain(core.token);
});

test("stopping that failed is tried again by its button", async ({ page, core, open }) => {
  await open("/today");
  await expect(page.getByText("Gorgias refuses its key")).toBeVisible();
  core.before("stop_set", () => {
    throw new Refusal("store", "The store is busy. Nothing was stopped.");
  });
  await page.keyboard.press("Control+Shift+Period");
  await expect(page.getByText("The store is busy. Nothing was stopped.")).toBeVisible();
  core.before("stop_set", undefined);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("All sending is held.")).toBeVisible();
  expect(core.status.stop?.by).toBe("Mia");
});

test("what was only just done is not said to be in the future", async ({ page, core, open }) => {
  await open("/today");
  await expect(page.getByText("Gorgias refuses its key")).toBeVisible();
  core.leaptMs = 9_000;
  await page.keyboard.press("Control+Shift+Period");
  await expect(page.getByText(/Stopped by Mia, now/)).toBeVisible();
});

for (const width of [1024, 1280]) {
  test(`the next step about an alert is read whole at ${width} px`, async ({ page, open }) => {
    await page.setViewportSize({ width, height: 700 });
    await open("/today");
    const step = page.getByRole("gridcell", { name: /Look at the proposals for them\.$/ });
    await expect(step).toBeVisible();
    expect(await step.evaluate((cell) => cell.scrollHeight - cell.clientHeight)).toBe(0);
    const title = page.getByText("14 parcels are late with DHL");
    expect(await title.evaluate((text) => text.scrollWidth - text.clientWidth)).toBe(0);
  });
}

test("a key of one's own replaces ours, in the help too", async ({ page, open }) => {
  await open("/settings/look");
  await page.getByRole("button", { name: "Key for “Go to Today”: Change" }).click();
  await expect(page.getByText("Press a key, Esc to leave it")).toBeFocused();
  await page.keyboard.press("t");
  await expect(page.getByRole("row", { name: "Go to Today" }).getByText("t", { exact: true })).toBeVisible();
  await page.keyboard.press("t");
  await expect(page.getByRole("heading", { name: "Today", level: 1 })).toBeVisible();
});

test("the keys of a place are changed in the help of that place", async ({ page, core, openQueue }) => {
  await openQueue();
  await page.keyboard.press("?");
  await page.getByLabel("Search keys").fill("approve €8.90");
  await page.getByRole("button", { name: "Key for “Approve €8.90”: Change" }).click();
  await expect(page.getByText("Press a key, Esc to leave it")).toBeFocused();
  await page.keyboard.press("y");
  await expect(
    page.getByRole("row", { name: /Approve €8\.90/ }).getByText("y", { exact: true }),
  ).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Approve €8\.90/ })).toHaveAttribute(
    "aria-keyshortcuts",
    "y",
  );
  await page.keyboard.press("y");
  await expect.poll(() => core.cards[0]?.state).toBe("approved");
});

test("a workflow's trust is lowered at once, and raised to act by itself only when asked twice", async ({
  page,
  core,
  open,
}) => {
  await open("/settings/workflows");
  const trust = page.getByRole("group", { name: "Trust" }).first();
  await trust.getByRole("radio", { name: "Shadow" }).click();
  await expect.poll(() => core.workflows[0]?.mode).toBe("shadow");
  await trust.getByRole("radio", { name: "Auto" }).click();
  await expect(page.getByRole("alertdialog", { name: "Let it act by itself?" })).toBeVisible();
  expect(core.workflows[0]?.mode).toBe("shadow");
});

test("records that were set aside are tried again", async ({ page, open }) => {
  await open("/settings/connections");
  await expect(page.getByText("2 records could not be read and are set aside")).toBeVisible();
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page.getByText("The record has no id")).toBeVisible();
  await page.getByRole("button", { name: "Try all again" }).click();
  await expect(page.getByText("2 are in place now; 0 still cannot be read.")).toBeVisible();
});

test("an alert is taken, and done with a reason", async ({ page, core, open }) => {
  await open("/today");
  await expect(page.getByText("Gorgias refuses its key")).toBeVisible();
  await page.keyboard.press("m");
  await expect.poll(() => core.alerts[0]?.owner).toBe("Mia");
  await page.keyboard.press("d");
  await page.getByLabel("What was done").fill("New key entered");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Gorgias refuses its key")).toHaveCount(0);
});

for (const width of [760, 1000]) {
  test(`nothing is cut off at ${width} px`, async ({ page, open }) => {
    await page.setViewportSize({ width, height: 700 });
    for (const [address, text] of [
      ["/today", "Gorgias refuses its key"],
      ["/approvals", "Evidence"],
      ["/customers", "Sofia Lindqvist"],
      ["/customers/1", "Where is my parcel?"],
      ["/settings/connections", "3 accounts"],
      ["/settings/connections/2", "Last proof"],
      ["/settings/guardrails", "Most money in one action"],
    ] as const) {
      await open(address);
      await expect(page.getByRole("main").getByText(text).first()).toBeVisible();
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(over, address).toBeLessThanOrEqual(0);
      await picture(page, `narrow-${width}${address.replaceAll("/", "-")}`);
    }
  });
}
