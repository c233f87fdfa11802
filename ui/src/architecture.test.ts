import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const ROOT = import.meta.dirname;
const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => /\.tsx?$/.test(path));

function importsOf(path: string): string[] {
  const text = readFileSync(join(ROOT, path), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, to]) =>
    to?.startsWith(".") ? relative(ROOT, join(ROOT, dirname(path), to)).replaceAll("\\", "/") : (to ?? ""),
  );
}

const wrong = (allowed: (from: string, to: string) => boolean) =>
  files.flatMap((from) =>
    importsOf(from)
      .filter((to) => !allowed(from, to))
      .map((to) => `${from} imports ${to}`),
  );

test("arrows go shared <- features <- app, and never between features", () => {
  const level = (path: string) => ["shared/", "features/", "app/"].findIndex((room) => path.startsWith(room));
  const found = wrong((from, to) => {
    if (level(from) < 0 || level(to) < 0) return true;
    if (level(to) > level(from)) return false;
    const feature = (path: string) => path.split("/")[1];
    return level(from) !== 1 || level(to) !== 1 || feature(from) === feature(to);
  });
  expect(found).toEqual([]);
});

test("only the host folder knows how the core is reached", () => {
  expect(wrong((from, to) => !to.startsWith("@tauri-apps/") || from === "shared/host/tauri.ts")).toEqual([]);
  const fetching = files.filter(
    (path) => !path.startsWith("shared/host/") && /\bfetch\(/.test(readFileSync(join(ROOT, path), "utf8")),
  );
  expect(fetching.filter((path) => !path.endsWith(".test.ts"))).toEqual([]);
});

test("every feature keeps its words in one place", () => {
  const features = new Set(
    files.filter((path) => path.startsWith("features/")).map((path) => path.split("/")[1]),
  );
  for (const feature of features) expect(files).toContain(`features/${feature}/words.ts`);
});
