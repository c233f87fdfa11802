/**
 * Writes JSON text so that it can be read: indented, and otherwise letter for letter as it came.
 *
 * Not by way of a parsed value: that would round a long id and drop zeros of an amount. What is no
 * JSON is returned as it is.
 */
export function readable(raw: string): string {
  try {
    JSON.parse(raw);
  } catch {
    return raw;
  }
  let text = "";
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  // Strings whole, signs one by one, numbers and words whole; the space between goes.
  for (const [part] of raw.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (part === "{" || part === "[") {
      depth += 1;
      text += part + line();
    } else if (part === "}" || part === "]") {
      depth -= 1;
      // Nothing in it: the brackets stay together.
      text = /[{[]\s*$/.test(text) ? text.trimEnd() + part : text + line() + part;
    } else if (part === ",") text += part + line();
    else text += part === ":" ? ": " : part;
  }
  return text;
}
