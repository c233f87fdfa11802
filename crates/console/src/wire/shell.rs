//! The frame of the window: status, first start, stop switch, settings.

use fermata_model::{Money, Timestamp};

use super::wire;

wire! {
    /// A request without arguments.
    #[derive(Default, Eq)]
    pub struct Nothing {}

    /// Where the program stands; what the frame of the window shows.
    pub struct Status {
        /// First start, or ready to work.
        pub phase: Phase,
        /// The connected store's facts, once known.
        pub shop: Option<Shop>,
        /// Is this the practice store? Then the window wears stripes.
        pub practice: bool,
        /// The person at the keyboard.
        pub person: String,
        /// What that person may do.
        pub role: Role,
        /// Set while all sending is stopped.
        pub stop: Option<Stop>,
        /// How current the local picture is.
        pub sync: SyncSummary,
        /// How many proposals wait for a person.
        pub waiting: u32,
        /// How many actions are in doubt.
        pub in_doubt: u32,
        /// How many alerts are open.
        pub alerts: u32,
        /// Where the store's file is.
        pub data_dir: String,
        /// The program's version.
        pub version: String,
        /// The core's present; windows count down from it.
        pub now: Timestamp,
    }

    /// Whether there is anything to show yet.
    #[derive(Copy, Eq)]
    pub enum Phase {
        /// Nothing is connected: choose practice store or own shop.
        FirstStart,
        /// At least one connection exists.
        Ready,
    }

    /// The store's own facts, as the storefront gives them.
    #[derive(Eq)]
    pub struct Shop {
        /// Its name.
        pub name: String,
        /// ISO 4217 code it keeps its books in.
        pub currency: Option<String>,
        /// IANA time zone in which its days are counted.
        pub time_zone: String,
    }

    /// What a person may do.
    #[derive(Copy, Eq, PartialOrd, Ord)]
    pub enum Role {
        /// Looks.
        Viewer,
        /// Decides about replies and suggestions, and about money up to an own limit.
        Agent,
        /// Decides about money.
        Operator,
        /// Decides about everything, connections and trust included.
        Owner,
    }

    /// The stop switch while it is on.
    #[derive(Eq)]
    pub struct Stop {
        /// Who stopped everything.
        pub by: String,
        /// Since when.
        pub at: Timestamp,
        /// Why, if that was said.
        pub reason: Option<String>,
    }

    /// How current the local picture is.
    #[derive(Eq)]
    pub struct SyncSummary {
        /// How many connections there are.
        pub connections: u32,
        /// How many of them are within their cadence.
        pub up_to_date: u32,
        /// How many fail or are paused.
        pub failing: u32,
        /// How many still read their history.
        pub backfilling: u32,
        /// The oldest of the connections' last successes; `None` before the first.
        pub oldest_success: Option<Timestamp>,
    }

    /// Turns the stop switch.
    pub struct StopSet {
        /// Stop all sending, or let it go on.
        pub on: bool,
        /// Why; shown to everybody while it is on.
        pub reason: Option<String>,
    }

    /// What a person can set.
    #[derive(Eq)]
    pub struct Preferences {
        /// Light, dark, or as the system says.
        pub theme: Theme,
        /// Desktop notifications for new approvals and alerts.
        pub notifications: bool,
        /// A tray icon with the number waiting.
        pub tray: bool,
        /// How long an approved action is held back before it leaves, in seconds, at least.
        pub undo_seconds: u32,
        /// The name that decisions are signed with.
        pub person: String,
    }

    /// Light or dark.
    #[derive(Copy, Eq)]
    pub enum Theme {
        /// As the system says.
        System,
        /// Dark on light.
        Light,
        /// Light on dark.
        Dark,
    }

    /// The guardrails: what a shop allows, apart from any workflow. Amounts are decimal numbers in
    /// major units and hold in each currency by itself.
    #[derive(Eq)]
    pub struct Limits {
        /// Most money in one action.
        pub per_action: String,
        /// Most money for one customer in a day.
        pub per_customer_day: String,
        /// Most money by one workflow in a day.
        pub per_workflow_day: String,
        /// Most actions about one customer in a day.
        pub actions_per_customer_day: u32,
        /// Most actions by one workflow in a day.
        pub actions_per_workflow_day: u32,
        /// Most money that an agent may approve for one customer in a day.
        pub agent_limit: String,
        /// Above this, two different people must say yes; `None` asks for one only.
        pub two_people_above: Option<String>,
    }

    /// The guardrails as they stand: those that hold, and looser ones that were asked for.
    #[derive(Eq)]
    pub struct Guardrails {
        /// What holds now.
        pub limits: Limits,
        /// What will hold, if nobody takes it back.
        pub waiting: Option<LooserLimits>,
    }

    /// Limits of which some are looser than those that hold: they wait for a day.
    #[derive(Eq)]
    pub struct LooserLimits {
        /// What was asked for.
        pub limits: Limits,
        /// From when on it holds.
        pub from: Timestamp,
        /// Who asked.
        pub by: String,
    }

    /// A sum per currency; currencies are never added up.
    #[derive(Eq)]
    pub struct Sum {
        /// How many amounts it holds.
        pub count: u32,
        /// One entry per currency.
        pub amounts: Vec<Money>,
    }
}

impl Role {
    /// Returns the role's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Agent => "agent",
            Self::Operator => "operator",
            Self::Owner => "owner",
        }
    }
}
