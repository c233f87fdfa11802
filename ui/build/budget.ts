import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Limits in bytes after gzip. */
export interface Limits {
  /** All scripts needed before the first screen. */
  script: number;
  /** All style sheets. */
  style: number;
  /** Any one script that loads later. */
  laterPart: number;
}

/** Fails the build when what a person waits for at the first start grows beyond its budget. */
export function budget(limits: Limits): Plugin {
  return {
    name: "budget",
    apply: "build",
    generateBundle(_options, bundle) {
      const size = (text: string | Uint8Array) => gzipSync(text).length;
      const first = new Set<string>();
      const visit = (name: string) => {
        const part = bundle[name];
        if (first.has(name) || part?.type !== "chunk") return;
        first.add(name);
        for (const next of part.imports) visit(next);
      };
      for (const part of Object.values(bundle)) {
        if (part.type === "chunk" && part.isEntry) visit(part.fileName);
      }
      let script = 0;
      let style = 0;
      for (const part of Object.values(bundle)) {
        if (part.type === "asset") {
          if (part.fileName.endsWith(".css")) style += size(part.source);
        } else if (first.has(part.fileName)) {
          script += size(part.code);
        } else if (size(part.code) > limits.laterPart) {
          this.error(
            `${part.fileName} is ${size(part.code)} bytes after gzip; a later part may have ${limits.laterPart}`,
          );
        }
      }
      if (script > limits.script)
        this.error(`first-load script is ${script} bytes after gzip; the budget is ${limits.script}`);
      if (style > limits.style)
        this.error(`styles are ${style} bytes after gzip; the budget is ${limits.style}`);
      this.info(`first load: ${script} bytes of script, ${style} of style (gzip)`);
    },
  };
}
