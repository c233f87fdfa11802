/** Words of signing in by the browser, and of signing an account in again. */
export const signInWords = {
  approve: "Approve in the browser",
  approveText: (title: string, registered: boolean) =>
    registered
      ? `${title} asks you in the browser, and no token has to be copied. Your app must have registered this redirect URL:`
      : `${title} asks you in the browser, and nothing has to be copied. Approve it there as somebody who may manage the shop.`,
  approveNeeds: (labels: string) => `Enter first: ${labels}`,
  keyPage: "Open the page where a key is made",
  keyPageText: "Or make a key there (read and write), and copy it into the fields below.",
  waiting: (title: string) => `Waiting for your approval at ${title}.`,
  waitingUntil: "It ends",
  waitingText: "A page has opened in your browser. If not:",
  openPage: "Open the page",
  copyPage: "Copy its address",
  copied: "Copied",
  notCopied: "It could not be copied from here. Mark it and copy it yourself:",
  stopWaiting: "Stop waiting",
  opening: "Opening the browser",
  signedInAs: (user: string) => `Fermata acts there as ${user}.`,
  leftDone: "Close",
  leftTitle: "Signed in. One thing is left to do:",
  again: "Sign in again",
  againTitle: (name: string) => `Sign in to ${name} again`,
  againText:
    "New credentials for the same account. All that was read stays; what was missed is read afterwards.",
  againDo: "Sign in",
  againDoing: "Asking the platform",
} as const;
