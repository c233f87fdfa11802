/** Words of the shared controls. */
export const words = {
  close: "Close",
  more: "More",
  less: "Less",
  tryAgain: "Try again",
  loading: "Loading",
  undo: "Undo last",
  undoAll: (count: string) => `Undo all ${count}`,
  problemCode: "Code",
  retryIn: (wait: string) => `Trying again makes sense in ${wait}.`,
  record: "Record as the platform gave it",
  recordGone: "It is gone at the platform, or was only named so far.",
  recordReading: "Reading the record",
} as const;
