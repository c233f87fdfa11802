/**
 * Cuts a stream of server-sent events into the data of each event.
 *
 * Feed it the text as it arrives, in any pieces; comments and fields other than `data` are skipped.
 */
export function eventReader(onData: (data: string) => void): (text: string) => void {
  let rest = "";
  let data: string[] = [];
  return (text) => {
    rest += text;
    for (;;) {
      // A carriage return at the very end may be half of a line break.
      const end = /\r\n|\n|\r(?!$)/.exec(rest);
      if (!end) return;
      const line = rest.slice(0, end.index);
      rest = rest.slice(end.index + end[0].length);
      if (line === "") {
        if (data.length > 0) onData(data.join("\n"));
        data = [];
      } else if (line.startsWith("data:")) {
        data.push(line.slice(line[5] === " " ? 6 : 5));
      }
    }
  };
}
