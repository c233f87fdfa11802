import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { httpHost } from "./http.ts";

const token = { read: () => "t", write: () => {} };
/** What the network does next, by address. */
let network: Record<string, (init: RequestInit) => Promise<Response>>;

beforeEach(() => {
  vi.useFakeTimers();
  network = {};
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => network[url]?.(init) ?? Promise.reject());
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A stream of changes that stays open until it is given up. */
function openStream({ signal }: RequestInit): Promise<Response> {
  const body = new ReadableStream({
    start: (stream) => signal?.addEventListener("abort", () => stream.error(new Error("cut"))),
  });
  return Promise.resolve(new Response(body));
}

test("a call that is lost while the stream stays open is followed by being reached again", async () => {
  network["/api/events"] = openStream;
  const host = httpHost(token);
  const reaches: string[] = [];
  const stop = host.listen(
    () => {},
    (reach) => reaches.push(reach),
  );
  await vi.waitFor(() => expect(reaches).toEqual(["reached"]));
  await expect(host.call("status", {})).rejects.toMatchObject({ problem: { code: "unreachable" } });
  await vi.waitFor(() => expect(reaches.at(-1)).toBe("reached"));
  expect(reaches).toContain("lost");
  stop();
});

test("an answer that breaks off is a problem, not an answer", async () => {
  network["/api/status"] = async () => new Response('{"phase":"re', { status: 200 });
  await expect(httpHost(token).call("status", {})).rejects.toMatchObject({
    problem: { code: "unexpected" },
  });
});

test("the core's own problem comes through as it is", async () => {
  const problem = {
    code: "changed",
    message: "This changed since you looked.",
    hint: null,
    retry_after: null,
  };
  network["/api/approvals_decide"] = async () => new Response(JSON.stringify(problem), { status: 409 });
  await expect(httpHost(token).call("approvals_decide", {})).rejects.toMatchObject({ problem });
});
