import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { type Host, ProblemError, toProblem } from "./host.ts";

/** The name under which the desktop shell announces changes of the core. */
const CHANGES = "changed";

/** The core in the same process, behind Tauri's commands. */
export function tauriHost(): Host {
  return {
    kind: "desktop",
    async call(command, request) {
      try {
        return await invoke(command, { request });
      } catch (failure) {
        throw new ProblemError(toProblem(failure));
      }
    },
    listen(onChange, onReach) {
      let stopped = false;
      let stop: (() => void) | undefined;
      listen(CHANGES, (event) => onChange(event.payload)).then(
        (unlisten) => {
          if (stopped) unlisten();
          else {
            stop = unlisten;
            onReach("reached");
          }
        },
        () => onReach("lost"),
      );
      return () => {
        stopped = true;
        stop?.();
      };
    },
  };
}
