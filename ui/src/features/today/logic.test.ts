import { expect, test } from "vitest";
import type { Alert, Today } from "../../generated/commands.ts";
import { changeOf, dayValue, formatValue, needs, sparkline } from "./logic.ts";

const alert = (id: number, level: Alert["level"]): Alert => ({
  id,
  level,
  title: "",
  cause: "",
  next_step: "",
  link: null,
  platform: null,
  since: "2026-11-14T12:00:00Z",
  money: null,
  owner: null,
  snoozed_until: null,
});

const today: Today = {
  waiting: { count: 3, amounts: [] },
  oldest_waiting: null,
  next_deadline: null,
  in_doubt: { count: 1, amounts: [] },
  alerts: [alert(1, "note"), alert(2, "urgent"), alert(3, "warning")],
  figures: [],
  onboarding: [],
};

test("lost answers come first, then what is urgent, then what waits", () => {
  expect(needs(today).map((need) => need.key)).toEqual([
    "doubt",
    "alert-2",
    "approvals",
    "alert-3",
    "alert-1",
  ]);
});

test("what is not there takes no line", () => {
  const calm = {
    ...today,
    waiting: { count: 0, amounts: [] },
    in_doubt: { count: 0, amounts: [] },
    alerts: [],
  };
  expect(needs(calm)).toEqual([]);
});

test("a figure carries its unit", () => {
  expect(formatValue({ money: { minor: 123400, currency: "EUR" } }, "en-GB")).toBe("€1,234.00");
  expect(formatValue({ count: 1200 }, "en-GB")).toBe("1,200");
  expect(formatValue({ seconds: 5400 })).toBe("1 h");
  expect(dayValue(5, { money: { minor: 1, currency: "GBP" } })).toEqual({
    money: { minor: 5, currency: "GBP" },
  });
});

test("a change is only said where there is something to compare with", () => {
  expect(changeOf({ value: { count: 12 }, before: { count: 10 } })).toBeCloseTo(0.2);
  expect(changeOf({ value: { count: 12 }, before: { count: 0 } })).toBeUndefined();
  expect(changeOf({ value: { count: 12 }, before: null })).toBeUndefined();
  const eur = { money: { minor: 5, currency: "EUR" } };
  expect(changeOf({ value: eur, before: { money: { minor: 5, currency: "GBP" } } })).toBeUndefined();
});

test("a sparkline begins at zero", () => {
  expect(sparkline([0, 5, 10])).toBe("0.0,26.0 50.0,14.0 100.0,2.0");
  expect(sparkline([10, 10])).toBe("0.0,2.0 100.0,2.0");
  expect(sparkline([])).toBe("");
});
