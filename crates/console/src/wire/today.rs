//! Today: what needs a person now.

use fermata_model::{AlertId, Money, Platform, Timestamp};

use super::{Sum, wire};

wire! {
    /// What needs a person now, and whether the shop is well.
    pub struct Today {
        /// Proposals waiting: count and sum.
        pub waiting: Sum,
        /// When the oldest of them was made.
        pub oldest_waiting: Option<Timestamp>,
        /// When the first of them expires.
        pub next_deadline: Option<Timestamp>,
        /// Actions whose answer was lost: count and sum.
        pub in_doubt: Sum,
        /// Open alerts, the worst first.
        pub alerts: Vec<Alert>,
        /// Figures of the shop.
        pub figures: Vec<Figure>,
        /// The way in, until it is finished; each step checked by data.
        pub onboarding: Vec<OnboardingStep>,
    }

    /// Something that needs a person's attention.
    #[derive(Eq)]
    pub struct Alert {
        /// Ours.
        pub id: AlertId,
        /// How bad it is.
        pub level: Level,
        /// What happened, in one sentence.
        pub title: String,
        /// What likely caused it.
        pub cause: String,
        /// What to do next.
        pub next_step: String,
        /// Where the window should go for that, as an address inside it.
        pub link: Option<String>,
        /// The platform concerned.
        pub platform: Option<Platform>,
        /// Since when.
        pub since: Timestamp,
        /// What it costs, if that is known.
        pub money: Option<Money>,
        /// Who took it up.
        pub owner: Option<String>,
        /// Hidden until then, unless it gets worse.
        pub snoozed_until: Option<Timestamp>,
    }

    /// How bad something is.
    #[derive(Copy, Eq, PartialOrd, Ord)]
    pub enum Level {
        /// Good to know.
        Note,
        /// Will cost something if nothing is done.
        Warning,
        /// Costs money or trust now.
        Urgent,
    }

    /// What a person does about an alert.
    pub struct AlertAct {
        /// Which.
        pub id: AlertId,
        /// What.
        pub act: AlertMove,
        /// Why it is done; needed for `done`.
        pub reason: Option<String>,
    }

    /// What can be done about an alert.
    #[derive(Copy, Eq)]
    pub enum AlertMove {
        /// I take it up.
        Mine,
        /// Not before it gets worse, or tomorrow.
        Snooze,
        /// It is dealt with. It opens again by itself if it comes back.
        Done,
    }

    /// One figure, with its time and its base.
    pub struct Figure {
        /// Stable name: `net_sales`, `late_parcels`, `open_tickets`, `first_reply`, `refunds`.
        pub id: String,
        /// What it is now.
        pub value: FigureValue,
        /// The same, one period earlier; `None` if unknown.
        pub before: Option<FigureValue>,
        /// What it counts, in words: "last 7 days".
        pub period: String,
        /// How many records it rests on.
        pub n: u32,
        /// When it was computed.
        pub at: Timestamp,
        /// What is missing from it, in words: "without Gorgias since 09:10".
        pub partial: Option<String>,
        /// Daily values for a sparkline, oldest first, in the unit of `value`.
        pub days: Vec<i64>,
    }

    /// A figure's value with its unit.
    #[derive(Eq)]
    pub enum FigureValue {
        /// An amount.
        Money(Money),
        /// A count.
        Count(i64),
        /// A span in seconds.
        Seconds(i64),
    }

    /// One step of the way in.
    #[derive(Eq)]
    pub struct OnboardingStep {
        /// Stable name: `connect`, `history`, `first_customer`, `first_decision`.
        pub id: String,
        /// Do the data say it is done?
        pub done: bool,
        /// What the data say, in words.
        pub evidence: String,
    }
}
