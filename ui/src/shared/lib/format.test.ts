import { describe, expect, test } from "vitest";
import * as f from "./format.ts";

const berlin = { locale: "en-GB", timeZone: "Europe/Berlin" };
const nbsp = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("money", () => {
  test.each([
    [{ minor: 3890, currency: "EUR" }, "en-GB", "€38.90"],
    [{ minor: 3890, currency: "EUR" }, "de-DE", "38,90 €"],
    [{ minor: -5, currency: "EUR" }, "en-GB", "-€0.05"],
    [{ minor: 1200, currency: "JPY" }, "en-GB", "JP¥1,200"],
    [{ minor: 1234, currency: "KWD" }, "en-GB", "KWD 1.234"],
    [{ minor: 123450, currency: "HUF" }, "en-GB", "HUF 1,234.50"],
    [{ minor: 123450, currency: "COP" }, "en-GB", "COP 1,234.50"],
    [{ minor: 12345, currency: "CLF" }, "en-GB", "CLF 1.2345"],
    [{ minor: 9007199254740991, currency: "EUR" }, "en-GB", "€90,071,992,547,409.91"],
  ])("%j in %s is exact", (money, locale, text) => {
    expect(nbsp(f.formatMoney(money, locale))).toBe(text);
  });

  test("what nobody knows is a dash, not zero", () => {
    expect(f.formatMoney(null)).toBe("–");
    expect(f.formatCount(null)).toBe("–");
    expect(f.formatCount(0)).toBe("0");
  });

  test("two currencies are never added", () => {
    expect(
      f.formatSums(
        [
          { minor: 100, currency: "EUR" },
          { minor: 100, currency: "GBP" },
        ],
        "en-GB",
      ),
    ).toBe("€1.00 + £1.00");
  });

  test.each([
    ["38.90", "EUR", "en-GB", 3890],
    ["€38.9", "EUR", "en-GB", 3890],
    ["38,90", "EUR", "de-DE", 3890],
    ["1.204,50 €", "EUR", "de-DE", 120450],
    ["1,204.50", "EUR", "en-GB", 120450],
    ["1204", "JPY", "en-GB", 1204],
    ["1500", "HUF", "en-GB", 150000],
    ["12.5", "IQD", "en-GB", 12500],
    ["1.50", "EUR", "de-DE", undefined],
    ["38,90", "EUR", "en-GB", undefined],
    ["38.901", "EUR", "en-GB", undefined],
    ["-3", "EUR", "en-GB", undefined],
    ["", "EUR", "en-GB", undefined],
    ["abc", "EUR", "en-GB", undefined],
  ])("%s %s typed in %s", (text, currency, locale, minor) => {
    expect(f.parseAmount(text, currency, locale)?.minor).toBe(minor);
  });

  test("what is offered for editing reads back as the same amount", () => {
    for (const locale of ["en-GB", "de-DE", "fr-FR"]) {
      const money = { minor: 123450, currency: "EUR" };
      expect(f.parseAmount(f.amountText(money, locale), "EUR", locale)).toEqual(money);
    }
  });
});

describe("time", () => {
  const now = Date.parse("2026-11-14T12:00:00Z");

  test("under a day it is relative, later a date in the shop's zone", () => {
    expect(f.shortTime("2026-11-14T11:58:30Z", now, berlin)).toBe("1 min ago");
    expect(f.shortTime("2026-11-14T12:00:02Z", now, berlin)).toBe("now");
    expect(f.shortTime("2026-11-14T09:00:00Z", now, berlin)).toBe("3 h ago");
    expect(f.shortTime("2026-11-14T12:40:00Z", now, berlin)).toBe("in 40 min");
    expect(f.shortTime("2026-11-12T17:40:00Z", now, berlin)).toBe("12 Nov 18:40");
    expect(f.shortTime("2025-11-12T17:40:00Z", now, berlin)).toBe("12 Nov 2025 18:40");
  });

  test("ages and waits use their largest whole unit", () => {
    expect(f.age("2026-11-14T11:59:20Z", now)).toBe("40 s");
    expect(f.age("2026-11-13T11:59:20Z", now)).toBe("1 d");
    expect(f.countdown(24_000)).toBe("0:24");
    expect(f.countdown(545_000)).toBe("9:05");
    expect(f.countdown(-10)).toBe("0:00");
  });

  test("one moment is itself, however finely it was written down", () => {
    expect(f.sameTime("2026-11-14T12:00:00.123456789Z", "2026-11-14T12:00:00.123456Z")).toBe(true);
    expect(f.sameTime("2026-11-14T12:00:00.123Z", "2026-11-14T12:00:00.124Z")).toBe(false);
    expect(f.sameTime("2026-11-14T12:00:00Z", undefined)).toBe(false);
  });

  test("the tooltip is exact", () => {
    expect(f.exactTime("2026-11-14T11:59:20Z", berlin)).toMatch(/14 November 2026.*12:59:20 CET/);
  });
});

test("a vendor's status is readable, anything else stays as it is", () => {
  expect(f.plainStatus("IN_TRANSIT")).toBe("in transit");
  expect(f.plainStatus("contact_form")).toBe("contact form");
  expect(f.plainStatus("PAID")).toBe("paid");
  expect(f.plainStatus("#W8750911")).toBe("#W8750911");
  expect(f.plainStatus("Held")).toBe("Held");
});

test("a plural follows the language's rules", () => {
  const forms = { one: "# refund", other: "# refunds" };
  expect([0, 1, 2, 1200].map((n) => f.plural(n, forms, "en-GB"))).toEqual([
    "0 refunds",
    "1 refund",
    "2 refunds",
    "1,200 refunds",
  ]);
});

test("a desktop without a language still formats", () => {
  expect(f.usableLocale(["C"])).toMatch(/^[a-z]{2,3}(-|$)/);
  expect(f.usableLocale(["en-US-u-va-posix"])).toBe("en-US");
  expect(f.usableLocale(["C", "de-DE"])).toBe("de-DE");
  expect(f.usableLocale([])).toBe(f.usableLocale(["C"]));
});
