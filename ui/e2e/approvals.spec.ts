import { card } from "./fake-core/world/proposals.ts";
import { iso } from "./fake-core/world/units.ts";
import {
  approveThree,
  expect,
  expectAccessible,
  picture,
  READ_MS,
  ready,
  test,
  toSecond,
} from "./fixtures.ts";

test.describe("with the mouse absent", () => {
  test("one key approves, moves on, and leaves the decided row in its place", async ({
    page,
    core,
    open,
  }) => {
    await open("/approvals");
    await ready(page, /Refund .* to Ana Ruiz/);
    await page.keyboard.press("a");
    await ready(page, "Reply to James Smith");
    expect(core.stateOf(100)).toBe("approved");
    const rows = page.getByRole("row");
    await expect(rows.nth(0)).toContainText("Approved by Mia · leaves in");
    await expect(rows.nth(1)).toHaveAttribute("aria-selected", "false");
    await expect(page.getByText("1 on its way")).toBeVisible();
    await expect(page.getByRole("status").filter({ hasText: "1 approved" })).toBeAttached();
    await picture(page, "approved-light");
  });

  test("ten in a row are decided by ten keys and read out as one sum", async ({ page, core, open }) => {
    await open("/approvals");
    for (let at = 0; at < 10; at++) {
      await ready(page, new RegExp((core.cards[at]?.customer_name ?? "") || "."));
      await page.keyboard.press("a");
    }
    await expect.poll(() => core.cards.filter((card) => card.state === "approved").length).toBe(10);
    await expect(page.getByText("10 on their way")).toBeVisible();
  });

  test("a key that is held down decides once", async ({ page, core, openQueue }) => {
    await openQueue();
    await page.keyboard.down("a");
    await ready(page, /James Smith/);
    await page.keyboard.down("a");
    await page.waitForTimeout(READ_MS);
    await page.keyboard.down("a");
    await page.keyboard.up("a");
    // A key after those, so that they have been dealt with.
    await page.keyboard.press("x");
    await expect(page.getByText("1 of 34 selected")).toBeVisible();
    expect(core.cards.filter((card) => card.state === "approved")).toHaveLength(1);
  });

  test("a decision too fast to have read is not taken", async ({ page, core, openQueue }) => {
    await openQueue();
    // However slow the machine is on which this runs, the key comes too early, and then not.
    core.readingMs = 60_000;
    await page.keyboard.press("j");
    await ready(page, "Reply to James Smith");
    await page.keyboard.press("a");
    await expect(page.getByText("Too fast to have read; press again.").last()).toBeVisible();
    expect(core.stateOf(101)).toBe("held");
    core.readingMs = 0;
    await page.keyboard.press("a");
    await expect.poll(() => core.stateOf(101)).toBe("approved");
  });

  test("a card that changes under the key is not decided, and says what changed", async ({
    page,
    core,
    open,
  }) => {
    await open("/approvals");
    await ready(page, /Refund €8\.90 to Ana Ruiz/);
    // The change is made when the key is down already, so that the window cannot have heard of it.
    core.before("approvals_decide", () => core.move(100, { amount: { minor: 2_000, currency: "EUR" } }));
    await page.keyboard.press("a");
    await expect(page.getByText("This changed since you looked.").first()).toBeVisible();
    await expect(page.getByText("Changed since you looked: now version 2.")).toBeVisible();
    await expect(page.getByText("Money: €8.90 → €20.00")).toBeVisible();
    expect(core.stateOf(100)).toBe("held");
    await picture(page, "changed-light");
  });

  test("undo takes back the last, then the whole batch", async ({ page, core, open }) => {
    await open("/approvals");
    await approveThree(page);
    await page.keyboard.press("u");
    await expect.poll(() => core.stateOf(102)).toBe("held");
    expect(core.stateOf(101)).toBe("approved");
    // In every place, also away from the queue.
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await expect(page.getByRole("heading", { name: "Today", level: 1 })).toBeVisible();
    await page.keyboard.press("Shift+U");
    await expect.poll(() => core.stateOf(100)).toBe("held");
    expect(core.stateOf(101)).toBe("held");
    await expect(page.getByText("on their way")).toHaveCount(0);
  });

  test("an undo that comes too late says so", async ({ page, core, openQueue }) => {
    await openQueue();
    await page.keyboard.press("a");
    await expect(page.getByText("1 on its way")).toBeVisible();
    core.before("approvals_undo", () => core.move(100, { state: "sending" }));
    await page.keyboard.press("u");
    await expect(page.getByText("Leaving; undo is no longer possible.").first()).toBeVisible();
    await page.getByRole("button", { name: "Seen" }).click();
    await expect(page.getByRole("button", { name: "Seen" })).toHaveCount(0);
  });

  test("rejecting takes a reason by its number", async ({ page, core, openQueue }) => {
    await openQueue();
    await page.keyboard.press("r");
    await expect(page.getByRole("dialog", { name: "Reject: why?" })).toBeVisible();
    await expect(page.getByRole("dialog")).toContainText("Refund €8.90 to Ana Ruiz");
    await expect(
      page.getByRole("dialog").getByRole("button", { name: "Reject", exact: true }),
    ).toHaveAccessibleDescription("Choose a reason, or write one.");
    await picture(page, "reject-light");
    await page.keyboard.press("2");
    await expect.poll(() => core.cards[0]?.outcome).toBe("Rejected by Mia: Wrong amount");
    await expect(page.getByRole("row").first()).toContainText("Rejected by Mia: Wrong amount");
    await expect(page.getByRole("grid")).toBeFocused();
  });

  test("editing checks the amount, makes a version and approves nothing", async ({
    page,
    core,
    openQueue,
  }) => {
    await openQueue();
    await page.keyboard.press("e");
    const amount = page.getByLabel("Amount in EUR");
    await expect(amount).toBeFocused();
    await amount.fill("200");
    await expect(page.getByText("At most €102.70 can be refunded on this order.").first()).toBeVisible();
    await picture(page, "edit-light");
    await amount.fill("5.50");
    await page.keyboard.press("Enter");
    await expect.poll(() => core.cards[0]?.amount?.minor).toBe(550);
    expect(core.stateOf(100)).toBe("held");
    await expect(page.getByRole("button", { name: "Approve €5.50" })).toBeVisible();
  });

  test("a click beside a question does not throw away what was typed", async ({ page, openQueue }) => {
    await openQueue();
    await toSecond(page);
    await page.keyboard.press("e");
    await page.getByLabel("Text").fill("My own words");
    await page.mouse.click(5, 300);
    await expect(page.getByLabel("Text")).toHaveValue("My own words");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });

  test("later puts it off and leaves the row where it was", async ({ page, open }) => {
    await open("/approvals/waiting/104");
    await ready(page, /Sofia Lindqvist/);
    await page.keyboard.press("s");
    await expect(page.getByRole("dialog", { name: "Ask again when?" })).toBeVisible();
    // Its deadline is in seven hours.
    await expect(page.getByRole("button", { name: /Monday/ })).toContainText("after its deadline");
    await page.keyboard.press("1");
    await expect(page.getByRole("row").nth(4)).toContainText("Asks again");
  });

  test("new items wait for N and move nothing", async ({ page, core, openQueue }) => {
    await openQueue();
    await toSecond(page);
    const fresh = { ...card(3), id: 999, customer_name: "Zoe First", made_at: iso(core.now()) };
    core.cards.unshift(fresh);
    core.change("approvals", "status");
    await expect(page.getByText("1 new · press N")).toBeVisible();
    await expect(page.getByRole("row").first()).toContainText("Ana Ruiz");
    await page.keyboard.press("n");
    await expect(page.getByRole("row").first()).toContainText("Zoe First");
    await expect(page.getByRole("heading", { level: 2, name: "Reply to James Smith" })).toBeVisible();
  });

  test("an edit that is refused keeps what was typed, and was about the card that was read", async ({
    page,
    core,
    openQueue,
  }) => {
    await openQueue();
    await page.keyboard.press("e");
    await page.getByLabel("Amount in EUR").fill("5.50");
    core.move(100, { amount: { minor: 2_000, currency: "EUR" } });
    await expect(page.getByText("Refund €20.00").first()).toBeAttached();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Edit" });
    await expect(dialog.getByText("This changed since you looked.")).toBeVisible();
    await expect(page.getByLabel("Amount in EUR")).toHaveValue("5.50");
    expect(core.cards[0]?.amount?.minor).toBe(2_000);
  });

  test("a row that comes back while one types does not take the keys", async ({ page, core, openQueue }) => {
    await openQueue();
    await page.keyboard.press("/");
    await page.keyboard.type("xx");
    await expect(page.getByText("Nothing here matches this filter.")).toBeVisible();
    for (let at = 0; at < 2; at++) await page.keyboard.press("Backspace");
    await expect(page.getByRole("row").first()).toBeVisible();
    await page.keyboard.type("ana");
    await expect(page.getByRole("searchbox", { name: "Filter" })).toHaveValue("ana");
    expect(core.cards.filter(({ state }) => state !== "held")).toHaveLength(0);
  });

  test("evidence opens the record behind it in its place", async ({ page, openQueue }) => {
    await openQueue();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    const line = page.getByRole("button", { name: "Promised 6 Nov, not delivered" });
    await expect(line).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(line).toHaveAttribute("aria-expanded", "true");
    await expect(page.getByRole("group", { name: "Record as the platform gave it" })).toContainText(
      '"name": "#10482"',
    );
    await picture(page, "evidence-light");
    await expectAccessible(page);
    await page.keyboard.press("Enter");
    await expect(page.getByText('"name": "#10482"')).toHaveCount(0);
    // What has no record behind it does not look as if it had.
    await expect(page.getByRole("button", { name: /Last scan/ })).toHaveCount(0);
  });

  test("what a customer or a platform wrote is text, whatever it looks like", async ({
    page,
    core,
    open,
  }) => {
    const html = "<img src=x onerror='document.title=1'><b>bold</b>";
    core.cards = core.cards.map((one) => ({ ...one, customer_name: html, why: html, warnings: [html] }));
    await open("/approvals");
    await expect(page.getByRole("heading", { level: 2 })).toContainText(html);
    await expect(page.getByRole("article").getByText(html).first()).toBeVisible();
    await expect(page.locator("main img, main b:text('bold')")).toHaveCount(0);
  });

  test("a card that cannot be read says so", async ({ page, open }) => {
    await page.route("**/api/approvals_show", (route) =>
      route.fulfill({
        status: 503,
        json: {
          code: "store",
          message: "The store is being read by another.",
          hint: null,
          retry_after: null,
        },
      }),
    );
    await open("/approvals");
    await expect(page.getByRole("article").getByText("The store is being read by another.")).toBeVisible();
  });

  test("a key of one's own stands on its button", async ({ page, core, openQueue }) => {
    await page.addInitScript(() =>
      localStorage.setItem("fermata.preferences", JSON.stringify({ keys: { "approvals.approve": "y" } })),
    );
    await openQueue();
    await expect(page.getByRole("button", { name: /Approve €8\.90/ })).toHaveAttribute(
      "aria-keyshortcuts",
      "y",
    );
    await page.keyboard.press("a");
    await page.waitForTimeout(READ_MS);
    expect(core.stateOf(100)).toBe("held");
    await page.keyboard.press("y");
    await expect.poll(() => core.stateOf(100)).toBe("approved");
  });

  test("what is in doubt can only be looked at or settled with a note", async ({ page, core, openQueue }) => {
    core.move(103, { state: "in_doubt", next_look: new Date(core.now() + 40_000).toISOString() });
    await openQueue();
    await page.keyboard.press("4");
    await expect(page.getByText("Unknown: the answer was lost").first()).toBeVisible();
    await expect(page.getByText("not sent again meanwhile").first()).toBeVisible();
    await page.keyboard.press("a");
    expect(core.stateOf(103)).toBe("in_doubt");
    await page.keyboard.press("d");
    await page.getByLabel("How do you know?").fill("Seen in the Shopify admin");
    await page.getByRole("button", { name: "Settle", exact: true }).last().focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => core.stateOf(103)).toBe("confirmed");
  });

  test("of a removed account nobody can be asked, and that stands where the button was", async ({
    page,
    core,
    openQueue,
  }) => {
    const why = "Its account was removed, so it cannot be asked any more.";
    core.move(103, { state: "in_doubt", cannot_look: why });
    await openQueue();
    await page.keyboard.press("4");
    await expect(page.getByRole("button", { name: "Settle" })).toBeVisible();
    await expect(page.getByText(why)).toBeVisible();
    await expect(page.getByRole("button", { name: "Look now" })).toHaveCount(0);
    await page.keyboard.press("d");
    await expect(page.getByRole("radio", { name: "It happened" })).toBeVisible();
    await expect(page.getByRole("radio", { name: /send it again/ })).toHaveCount(0);
  });

  test("keys are dead in text, and can be switched off", async ({ page, core, openQueue }) => {
    await openQueue();
    await page.keyboard.press("/");
    await page.keyboard.type("a");
    await expect(page.getByRole("searchbox", { name: "Filter" })).toHaveValue("a");
    expect(core.cards.filter((card) => card.state === "approved")).toHaveLength(0);
    await page.keyboard.press("Escape");
    await page.evaluate(() =>
      localStorage.setItem("fermata.preferences", JSON.stringify({ singleKeys: false })),
    );
    await page.reload();
    await ready(page, /Ana Ruiz/);
    await page.keyboard.press("a");
    await page.waitForTimeout(READ_MS);
    expect(core.cards.filter((card) => card.state === "approved")).toHaveLength(0);
  });

  test("into the card and back to the same row", async ({ page, openQueue }) => {
    await openQueue();
    await toSecond(page);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("article")).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("grid")).toBeFocused();
    await expect(page).toHaveURL(/approvals\/waiting\/101/);
  });
});

test("a viewer sees the key, and whose right it is", async ({ page, core, openQueue }) => {
  core.status.role = "viewer";
  await openQueue();
  const approve = page.getByRole("button", { name: /Approve €8\.90/ });
  await expect(approve).toHaveAttribute("aria-disabled", "true");
  await expect(approve).toHaveAccessibleDescription("Only an agent or above may do this.");
  await expect(page.getByRole("button", { name: "Stop all sending" })).toHaveAccessibleDescription(
    "Only an agent or above may do this.",
  );
  await page.keyboard.press("a");
  await page.waitForTimeout(READ_MS);
  expect(core.stateOf(100)).toBe("held");
});
