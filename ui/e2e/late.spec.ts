import type { Page } from "@playwright/test";
import type { FakeCore } from "./fake-core/core.ts";
import { Refusal } from "./fake-core/refusal.ts";
import { approveThree, expect, expectAccessible, picture, ready, test, toSecond } from "./fixtures.ts";

/** What the page asks of a command from now on: one field of each request, in their order. */
function sent(page: Page, command: string, field: string): number[] {
  const values: number[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith(`/${command}`)) values.push(request.postDataJSON()[field]);
  });
  return values;
}

/* Keys that come early and answers that come late: what a person does while the core is slow. */

test("an answer that comes late does not move a person who has moved on", async ({
  page,
  core,
  openQueue,
}) => {
  await openQueue();
  const answer = core.holdBack("approvals_decide");
  await page.keyboard.press("a");
  for (let at = 0; at < 3; at++) await page.keyboard.press("j");
  await expect(page).toHaveURL(/approvals\/waiting\/103/);
  answer();
  await expect.poll(() => core.stateOf(100)).toBe("approved");
  await expect(page.getByRole("row").first()).toContainText("Approved by Mia");
  await expect(page).toHaveURL(/approvals\/waiting\/103/);
});

/** Approves the first one and goes to Today before there is an answer; returns what gives it. */
async function approveAndLeave(page: Page, core: FakeCore, openQueue: () => Promise<void>) {
  await openQueue();
  const answer = core.holdBack("approvals_decide");
  await page.keyboard.press("a");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page.getByRole("heading", { name: "Today", level: 1 })).toBeVisible();
  return answer;
}

test("an answer that comes late leaves a person where they are, in another place too", async ({
  page,
  core,
  openQueue,
}) => {
  const answer = await approveAndLeave(page, core, openQueue);
  answer();
  await expect(page.getByText("1 on its way")).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "1 approved" })).toBeAttached();
  await expect(page).toHaveURL(/#\/today$/);
});

test("a decision that fails after the person has left is said in the other place, until it is seen", async ({
  page,
  core,
  openQueue,
}) => {
  const answer = await approveAndLeave(page, core, openQueue);
  answer(new Refusal("platform", "Shopify does not answer. Nothing was sent."));
  const said = page
    .locator("p:visible")
    .filter({ hasText: "Refund €8.90 to Ana Ruiz: Shopify does not answer. Nothing was sent." });
  await expect(said).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await expect(page.getByRole("heading", { name: "Customers", level: 1 })).toBeVisible();
  await expect(said).toBeVisible();
  await page.getByRole("link", { name: "Show" }).click();
  await expect(page).toHaveURL(/approvals\/waiting\/100/);
  await expect(page.getByRole("article", { name: /Ana Ruiz/ })).toBeVisible();
  await expect(said).toHaveCount(0);
});

test("a question that comes before its card opens at once, and is about that card", async ({
  page,
  core,
  openQueue,
}) => {
  await openQueue();
  const answer = core.holdBack("approvals_show");
  await page.keyboard.press("j");
  await page.keyboard.press("a");
  await expect(page.getByText("Still loading; nothing was decided.").last()).toBeVisible();
  await page.keyboard.press("e");
  const dialog = page.getByRole("dialog", { name: "Edit" });
  await expect(dialog.getByText("Loading")).toBeAttached();
  // The next key is meant for the question, and is not a decision about what is behind it.
  await page.keyboard.press("a");
  await picture(page, "edit-loading-light");
  await expectAccessible(page);
  answer();
  await expect(dialog.getByLabel("Text")).toBeFocused();
  await expect(dialog.getByLabel("Text")).toHaveValue(/your parcel was scanned in Leipzig/);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  expect(core.cards.filter((card) => card.state !== "held")).toHaveLength(0);
});

test("a question about what cannot be changed says so", async ({ page, core, open }) => {
  await open("/approvals/waiting/105");
  await ready(page, /Tomás Herrera/);
  const answer = core.holdBack("approvals_show");
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  await expect(page.getByRole("dialog", { name: "Edit" })).toBeVisible();
  answer();
  await expect(page.getByText("Nothing of this can be changed; reject it instead.").last()).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("grid")).toBeFocused();
});

test("the next card is decided while the answer about the last is on its way", async ({
  page,
  core,
  openQueue,
}) => {
  await openQueue();
  const answer = core.holdBack("approvals_decide");
  await page.keyboard.press("a");
  await toSecond(page);
  await page.keyboard.press("a");
  core.move(100, { amount: { minor: 2_000, currency: "EUR" } });
  answer();
  await expect.poll(() => core.stateOf(101)).toBe("approved");
  await ready(page, /Li Wei/);
  expect(core.stateOf(100)).toBe("held");
});

test("what became of a card is said with its name once the person is elsewhere", async ({
  page,
  core,
  openQueue,
}) => {
  await openQueue();
  const answer = core.holdBack("approvals_decide");
  await page.keyboard.press("a");
  await toSecond(page);
  core.move(100, { amount: { minor: 2_000, currency: "EUR" } });
  answer();
  await expect(
    page.getByText("Refund €8.90 to Ana Ruiz: This changed since you looked.", { exact: false }).last(),
  ).toBeVisible();
  await expect(page.getByRole("article", { name: /James Smith/ })).toBeVisible();
});

test("undo pressed twice takes back two, also before the core has answered", async ({ page, core, open }) => {
  await open("/approvals");
  await approveThree(page);
  const answer = core.holdBack("approvals_undo");
  await page.keyboard.press("u");
  await page.keyboard.press("u");
  answer();
  await expect
    .poll(() => [100, 101, 102].map((id) => core.stateOf(id)))
    .toEqual(["approved", "held", "held"]);
  await expect(page.getByText("1 on its way")).toBeVisible();
  await expect(page.getByText("Leaving; undo is no longer possible.")).toHaveCount(0);
});

test("a late answer about one thing does not close the question about another", async ({
  page,
  core,
  open,
}) => {
  await open("/today");
  await expect(page.getByText("Gorgias refuses its key")).toBeVisible();
  const answer = core.holdBack("alerts_act");
  await page.keyboard.press("m");
  await page.keyboard.press("d");
  await page.getByLabel("What was done").fill("New key entered");
  answer();
  await expect(page.getByText("Gorgias · for 3 h · Mia has it").first()).toBeVisible();
  await expect(page.getByLabel("What was done")).toHaveValue("New key entered");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Gorgias refuses its key")).toHaveCount(0);
});

test("Enter that comes before what was searched opens the first that is found", async ({
  page,
  core,
  open,
}) => {
  await open("/customers");
  await expect(page.getByRole("row").first()).toContainText("Ana Ruiz");
  const answer = core.holdBack("customers_search");
  await page.keyboard.type("okafor");
  await page.keyboard.press("Enter");
  answer();
  await expect(page.getByRole("heading", { name: "Margaret Okafor", level: 1 })).toBeVisible();
});

test("the test of an account that was left does not come back over another one", async ({
  page,
  core,
  open,
}) => {
  await open("/settings/connections/connect");
  await page.getByRole("button", { name: "Klaviyo" }).click();
  await page.getByLabel("Address", { exact: true }).fill("https://a.klaviyo.com");
  await page.getByLabel("Private API key").fill("one");
  const answer = core.holdBack("connections_test");
  await page.getByRole("button", { name: "Test the account" }).click();
  await expect(page.getByRole("button", { name: "Asking the platform" })).toBeVisible();
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("button", { name: "Gorgias" }).click();
  await page.getByLabel("Address", { exact: true }).fill("https://northlight.gorgias.com");
  answer();
  await page.getByLabel("E-mail of the user").fill("mia@example.com");
  await page.getByLabel("API key").fill("two");
  await page.getByRole("button", { name: "Test the account" }).click();
  await expect(page.getByText("Step 3 of 5")).toBeVisible();
  await page.getByRole("button", { name: "See first records" }).click();
  await page.getByRole("button", { name: "Start reading" }).click();
  await expect(page.getByText(/ is connected$/)).toBeVisible();
  expect(core.connected.map(({ platform, credentials }) => [platform, credentials.api_key])).toEqual([
    ["gorgias", "two"],
  ]);
});

test("what is connected is what was tested, whatever was typed meanwhile", async ({ page, core, open }) => {
  await open("/settings/connections/connect");
  await page.getByRole("button", { name: "Klaviyo" }).click();
  await page.getByLabel("Address", { exact: true }).fill("https://a.klaviyo.com");
  await page.getByLabel("Private API key").fill("tested");
  const answer = core.holdBack("connections_test");
  await page.getByRole("button", { name: "Test the account" }).click();
  await page.getByLabel("Private API key").fill("typed later");
  answer();
  await page.getByRole("button", { name: "See first records" }).click();
  await page.getByRole("button", { name: "Start reading" }).click();
  await expect(page.getByText(/ is connected$/)).toBeVisible();
  expect(core.connected[0]?.credentials).toEqual({ api_key: "tested" });
});

test("of shares that are set in quick succession the last one counts", async ({ page, core, open }) => {
  await open("/settings/connections/1");
  const share = page.getByRole("group", { name: /^Most of the platform's allowance/ });
  await expect(share.getByRole("radio", { name: "50%" })).toBeChecked();
  const answer = core.holdBack("connections_share");
  const asked = sent(page, "connections_share", "share");
  await share.getByRole("radio", { name: "25%" }).click();
  await share.getByRole("radio", { name: "75%" }).click();
  await share.getByRole("radio", { name: "10%" }).click();
  await expect(share.getByRole("radio", { name: "10%" })).toBeChecked();
  expect(asked, "one after another").toEqual([25]);
  answer();
  await expect.poll(() => core.connections[0]?.share).toBe(10);
  await expect(share.getByRole("radio", { name: "10%" })).toBeChecked();
  expect(asked).toEqual([25, 75, 10]);
});

test("a proof goes on while its account is closed, and is not begun twice", async ({ page, core, open }) => {
  await open("/settings/connections/2");
  const answer = core.holdBack("connections_prove");
  await page.getByRole("button", { name: "Prove" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByText("Permissions missing:")).toHaveCount(0);
  await page.getByRole("button", { name: "Gorgias northlight" }).click();
  await expect(page.getByRole("button", { name: "Prov" })).toHaveAttribute("aria-disabled", "true");
  answer();
  await expect(page.getByText("Both sides agree")).toBeVisible();
});

test("a sign-in that was closed does not close the next one", async ({ page, core, open }) => {
  await open("/settings/connections/2");
  const answer = core.holdBack("connections_sign_in");
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Sign in again" }).click();
  await dialog.getByLabel("E-mail of the user").fill("mia@northlight.example");
  await dialog.getByLabel("API key").fill("fresh");
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(dialog.getByRole("button", { name: "Asking the platform" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await page.getByRole("button", { name: "Sign in again" }).click();
  await dialog.getByLabel("API key").fill("another try");
  answer();
  await expect.poll(() => core.signedIn).toHaveLength(1);
  await expect(page.getByText("Make a new key in Gorgias and enter it here.", { exact: false })).toHaveCount(
    0,
  );
  await expect(dialog.getByLabel("API key")).toHaveValue("another try");
});

test("a limit that is typed while another is saved, here or by somebody else, stays as it was typed", async ({
  page,
  core,
  open,
}) => {
  await open("/settings/guardrails");
  await page.getByLabel("Most actions about one customer in a day").fill("4");
  const answer = core.holdBack("limits_set");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByLabel("Most actions by one workflow in a day").fill("150");
  answer();
  await expect.poll(() => core.limits.actions_per_customer_day).toBe(4);
  core.limits = { ...core.limits, agent_limit: "20.00" };
  core.change("settings");
  await expect(page.getByLabel("Most money an agent may approve")).toHaveValue("20.00");
  await expect(page.getByLabel("Most actions by one workflow in a day")).toHaveValue("150");
  await expect(page.getByRole("button", { name: "Save" })).not.toHaveAttribute("aria-disabled", "true");
  await page.getByRole("button", { name: "Save" }).click();
  await expect.poll(() => core.limits.actions_per_workflow_day).toBe(150);
  expect(core.limits.agent_limit).toBe("20.00");
});

test("limits that are saved twice reach the core one after another, so that the last one counts", async ({
  page,
  core,
  open,
}) => {
  await open("/settings/guardrails");
  const most = page.getByLabel("Most actions about one customer in a day");
  const asked = sent(page, "limits_set", "actions_per_customer_day");
  await most.fill("4");
  const answer = core.holdBack("limits_set");
  await page.getByRole("button", { name: "Save" }).click();
  await expect.poll(() => core.waiting("limits_set")).toBe(1);
  core.before("limits_set", undefined);
  await most.fill("3");
  await page.getByRole("button", { name: "Save" }).click();
  answer();
  await expect.poll(() => asked).toEqual([4, 3]);
  await expect.poll(() => core.limits.actions_per_customer_day).toBe(3);
});

test("of a look that fails late the card is named, and the next one is looked at meanwhile", async ({
  page,
  core,
  open,
}) => {
  for (const id of [100, 101]) core.move(id, { state: "in_doubt" });
  await open("/approvals/in_doubt");
  const answer = core.holdBack("approvals_look");
  const asked = sent(page, "approvals_look", "id");
  await expect(page.getByRole("article", { name: /Ana Ruiz/ })).toBeVisible();
  await page.keyboard.press("l");
  await page.keyboard.press("j");
  await expect(page.getByRole("article", { name: /James Smith/ })).toBeVisible();
  await page.keyboard.press("l");
  await expect.poll(() => asked).toEqual([100, 101]);
  answer(new Refusal("platform", "Shopify does not answer. Nothing was sent."));
  await expect(
    page.getByText("Refund €8.90 to Ana Ruiz: Shopify does not answer. Nothing was sent.").last(),
  ).toBeVisible();
});

test("of two that are asked back, the one that failed is said and tried again", async ({
  page,
  core,
  openQueue,
}) => {
  await openQueue();
  await approveThree(page);
  const fail = core.holdBack("approvals_undo");
  await page.keyboard.press("u");
  await expect.poll(() => core.waiting("approvals_undo")).toBe(1);
  core.before("approvals_undo", undefined);
  await page.keyboard.press("u");
  await expect.poll(() => core.stateOf(101)).toBe("held");
  fail(new Refusal("store", "The store is busy. Nothing was taken back."));
  await expect(page.getByText("The store is busy. Nothing was taken back.")).toBeVisible();
  expect([100, 102].map((id) => core.stateOf(id))).toEqual(["approved", "approved"]);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect.poll(() => core.stateOf(102)).toBe("held");
  await expect(page.getByText("The store is busy. Nothing was taken back.")).toHaveCount(0);
  expect(core.stateOf(100)).toBe("approved");
});

test("that nobody has one name is not said of the next before it was searched", async ({
  page,
  core,
  open,
}) => {
  await open("/customers");
  await page.keyboard.type("nobody");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Nobody matches “nobody”.")).toBeVisible();
  const answer = core.holdBack("customers_search");
  await page.getByRole("searchbox", { name: "Search customers" }).fill("okafor");
  await expect(page.getByRole("status").filter({ hasText: "Loading" })).toBeAttached();
  await expect(page.getByText("Nobody matches")).toHaveCount(0);
  await expect(page.getByText("0 customers")).toHaveCount(0);
  answer();
  await expect(page.getByRole("row").first()).toContainText("Margaret Okafor");
});
