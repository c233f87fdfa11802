/** Words of the first start. */
export const words = {
  title: "Welcome to Fermata",
  lead: "One console for the tools of your store. Whatever matters holds until you let it go.",
  practice: "Try the practice store",
  practiceText:
    "A made-up shop with customers, parcels and open tickets that behaves like the real thing. Nobody outside is reached. Ready in a few seconds.",
  practiceGo: "Open practice store",
  practiceGoing: "Setting up the practice store",
  own: "Connect my store",
  ownText: (platforms: string) =>
    `${platforms}, one at a time. Your keys go to this computer's keychain and nowhere else. Nothing is sent until you approve it.`,
  ownGo: "Connect an account",
  later: "You can end practice at any time in Settings, and then connect your own store.",
} as const;
