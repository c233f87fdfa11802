import { expect, test } from "vitest";
import { readable } from "./json.ts";

test.each([
  ['{"a":1}', '{\n  "a": 1\n}'],
  [
    '{ "a" : [ 1, {"b":null} ] , "c":{}, "d":[ ] }',
    '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ],\n  "c": {},\n  "d": []\n}',
  ],
  ['{"text":"a, b: {c} \\"d\\" \\\\"}', '{\n  "text": "a, b: {c} \\"d\\" \\\\"\n}'],
  ['{"a":"{","b":"["}', '{\n  "a": "{",\n  "b": "["\n}'],
  ['{"a":""}', '{\n  "a": ""\n}'],
  ["12", "12"],
  ["<html>", "<html>"],
  ["", ""],
])("%s is indented", (raw, text) => {
  expect(readable(raw)).toBe(text);
});

test("no letter of a figure is lost", () => {
  expect(readable('{"id":820982911946154508,"total":10.50,"e":1E400}')).toBe(
    '{\n  "id": 820982911946154508,\n  "total": 10.50,\n  "e": 1E400\n}',
  );
});
