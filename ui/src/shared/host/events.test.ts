import { expect, test } from "vitest";
import { eventReader } from "./events.ts";

function check(pieces: string[], expected: string[]) {
  const seen: string[] = [];
  const read = eventReader((data) => seen.push(data));
  for (const piece of pieces) read(piece);
  expect(seen).toEqual(expected);
}

test("an event is whole whatever pieces it arrives in", () => {
  check(['data: {"a":1}\n\n'], ['{"a":1}']);
  check(["da", "ta: x", "\n", "\ndata: y\n\n"], ["x", "y"]);
  check(["data: x\r", "\n\r\n"], ["x"]);
});

test("lines of one event are joined, comments and other fields are skipped", () => {
  check([": still here\n\nevent: change\nid: 7\ndata: a\ndata:b\n\n"], ["a\nb"]);
});

test("half an event is not an event", () => {
  check(["data: x\n"], []);
});
