import { expect, test } from "vitest";
import { parsePreferences } from "./preferences.ts";

const first = { theme: "system", density: "normal", singleKeys: true, keys: {} };

test.each([
  [null, first],
  ["{}", first],
  ["null", first],
  ["not JSON", first],
  ['{"theme":"dark","density":"huge","keys":null}', { ...first, theme: "dark" }],
  ['{"keys":{"a":"y","b":null}}', { ...first, keys: { a: "y", b: null } }],
  ['{"keys":{"a":7}}', first],
])("%s is read as far as it makes sense", (text, preferences) => {
  expect(parsePreferences(text)).toEqual(preferences);
});
