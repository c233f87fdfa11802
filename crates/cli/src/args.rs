//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args as Group, Parser, Subcommand};
use fermata_console::wire::Tab;
use fermata_model::{ConnectionId, Mode, Platform, ProposalId, Timestamp};

/// Fermata: one console for all the tools of a small online store.
#[derive(Parser, Debug)]
#[command(
    name = "fermata",
    version,
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 not found, 4 changed or left already, \
                  5 no right or a limit, 6 the platform refused or cannot be reached, 7 keychain or store."
)]
pub(crate) struct Args {
    /// Where the store's file lies; without it, the system's place for the program's data.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Print JSON, one document, for other programs to read.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) task: Task,
}

/// One thing to do.
#[derive(Subcommand, Debug)]
pub(crate) enum Task {
    /// Connect an account.
    Connect {
        /// The platform: shopify, bigcommerce, woocommerce, gorgias, klaviyo, shipbob or stripe.
        platform: Platform,
        /// The account's address; https, or http on loopback.
        #[arg(long)]
        url: String,
        /// Read the credentials from standard input: a JSON object, or one `name=value` a line.
        #[arg(long, required_unless_present = "browser")]
        credentials_from_stdin: bool,
        /// Sign in by the browser: Shopify asks you there for approval, WooCommerce shows where a key is
        /// made. What is needed besides is read from standard input.
        #[arg(long)]
        browser: bool,
        /// Only test the account; keep nothing.
        #[arg(long)]
        test: bool,
    },
    /// List the connections and how they are.
    Connections {
        #[command(subcommand)]
        task: Option<ConnectionsTask>,
    },
    /// Prove that what is here agrees with the platforms: reads everything there, writes nothing, and
    /// fails if any record differs for no known reason.
    Prove {
        /// Only this connection.
        #[arg(long)]
        connection: Option<ConnectionId>,
    },
    /// Read what is new, decide, and send what is due; goes on until it is ended.
    Sync {
        /// One pass over everything, then stop.
        #[arg(long)]
        once: bool,
        /// Only this connection, in one pass.
        #[arg(long, requires = "once")]
        connection: Option<ConnectionId>,
    },
    /// Find customers.
    Customers {
        #[command(subcommand)]
        task: CustomersTask,
    },
    /// Show what happened between us and a customer, newest first.
    Timeline {
        /// Our id, an e-mail address, a phone number or an order number.
        who: String,
        /// At most so many lines.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Look at what waits, and decide.
    Approvals {
        #[command(subcommand)]
        task: ApprovalsTask,
    },
    /// Look at the ledger of actions.
    Ledger {
        #[command(subcommand)]
        task: LedgerTask,
    },
    /// Look at what needs attention.
    Alerts {
        #[command(subcommand)]
        task: AlertsTask,
    },
    /// Look at records that could not be read, and try them again.
    SetAside {
        #[command(subcommand)]
        task: SetAsideTask,
    },
    /// Look at workflows and set how far they are trusted.
    Workflows {
        #[command(subcommand)]
        task: WorkflowsTask,
    },
    /// Show the guardrails: the limits that hold, and looser ones that wait for their day.
    Limits,
    /// Stop all sending, or let it go on.
    Stop {
        /// on or off.
        #[arg(value_parser = on_or_off)]
        on: std::primitive::bool,
        /// Why; shown to everybody while it is on.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Show where the program stands.
    Status,
    /// Serve the window to browsers and other programs, on loopback.
    Serve {
        /// The port; 0 lets the system choose.
        #[arg(long, default_value_t = 7433)]
        port: u16,
        /// A file for the access token, readable by its owner alone; made if it is not there.
        #[arg(long, value_name = "FILE")]
        token_file: Option<PathBuf>,
        /// The folder of the built ui.
        #[arg(long, value_name = "DIR")]
        ui: Option<PathBuf>,
        /// Fill an empty store with the practice store.
        #[arg(long)]
        practice: bool,
    },
    /// Run the practice store alone: platforms to try things on.
    Practice(Practice),
}

#[derive(Subcommand, Debug)]
pub(crate) enum ConnectionsTask {
    /// Sign an account in again with new credentials; it stays the same account, with all that was read.
    SignIn {
        /// The connection.
        id: ConnectionId,
        /// Read the credentials from standard input: a JSON object, or one `name=value` a line.
        #[arg(long, required_unless_present = "browser")]
        credentials_from_stdin: bool,
        /// Sign in by the browser, as with `connect`.
        #[arg(long)]
        browser: bool,
    },
    /// Set how much of a platform's allowance a connection takes; the rest is for your other apps.
    Share {
        /// The connection.
        id: ConnectionId,
        /// In percent: 10 to 100.
        percent: u8,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum CustomersTask {
    /// Search by name, e-mail, phone or order number.
    Search {
        /// What to look for; empty lists everybody.
        text: String,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum ApprovalsTask {
    /// List one tab of the queue.
    List {
        /// waiting, suggestions, leaving, in_doubt or decided.
        #[arg(long, default_value = "waiting", value_parser = tab)]
        tab: Tab,
        /// At most so many.
        #[arg(long, default_value_t = 200)]
        limit: u32,
    },
    /// Show a whole card.
    Show {
        /// The proposal.
        id: ProposalId,
    },
    /// Say yes. Several may be named.
    Approve {
        /// The proposals.
        #[arg(required = true)]
        ids: Vec<ProposalId>,
        /// Only if it still is this version; for one proposal.
        #[arg(long)]
        version: Option<u32>,
    },
    /// Say no.
    Reject {
        /// The proposals.
        #[arg(required = true)]
        ids: Vec<ProposalId>,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Ask again later.
    Later {
        /// The proposal.
        id: ProposalId,
        /// When, as an RFC 3339 instant.
        #[arg(long)]
        until: Timestamp,
    },
    /// Take approvals back before they leave.
    Undo {
        /// The proposals.
        #[arg(required = true)]
        ids: Vec<ProposalId>,
    },
    /// Propose an action by hand; it waits in the queue like any other.
    Propose {
        /// Read the action from standard input: a JSON object with its `kind`, the record it acts on, and
        /// what the kind needs.
        #[arg(long, required = true)]
        action_from_stdin: bool,
        /// Why, in a sentence.
        #[arg(long)]
        why: String,
    },
    /// Propose to take back something that was done.
    TakeBack {
        /// The proposal that was done.
        id: ProposalId,
        /// Why, in a sentence.
        #[arg(long)]
        why: String,
    },
    /// Settle an action in doubt, after having looked at the platform.
    #[command(group(clap::ArgGroup::new("found").required(true)))]
    Settle {
        /// The proposal.
        id: ProposalId,
        /// It happened there.
        #[arg(long, group = "found")]
        happened: bool,
        /// It did not happen there, and shall not.
        #[arg(long, group = "found")]
        did_not_happen: bool,
        /// It did not happen there, and shall be sent again.
        #[arg(long, group = "found")]
        send_again: bool,
        /// How you know.
        #[arg(long)]
        note: String,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum LedgerTask {
    /// List actions, newest first.
    List {
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Check the audit chain.
    Verify,
}

#[derive(Subcommand, Debug)]
pub(crate) enum AlertsTask {
    /// List open alerts, the worst first.
    List,
}

#[derive(Subcommand, Debug)]
pub(crate) enum SetAsideTask {
    /// List them, each with what was wrong.
    List,
    /// Try them again, as after an update that knows their shape.
    Retry {
        /// Only those of this connection.
        #[arg(long)]
        connection: Option<ConnectionId>,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum WorkflowsTask {
    /// List workflows.
    List,
    /// Set how far a workflow is trusted.
    Mode {
        /// The workflow.
        id: String,
        /// off, shadow, suggest, approve or auto.
        mode: Mode,
    },
}

/// What a practice store is started with.
#[derive(Group, Debug)]
pub(crate) struct Practice {
    /// The platforms that run, with commas between.
    #[arg(long, value_delimiter = ',', default_value = "shopify,gorgias,klaviyo")]
    pub(crate) platforms: Vec<Platform>,
    /// The first port: the platforms that run get it and the next ones, and the last is control's; 0
    /// lets the system choose.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// The same seed makes the same world.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many customers a generated world has, up to 1,000,000.
    #[arg(long, default_value_t = 500)]
    pub(crate) customers: u32,
    /// Practice seconds per second.
    #[arg(long, default_value_t = 1.0)]
    pub(crate) speed: f64,
    /// What the vendors' rate limits are multiplied with; 1 keeps them as they are.
    #[arg(long, default_value_t = 1.0)]
    pub(crate) rates: f64,
    /// Faults from the start: a file with a plan, or calm, rough or storm.
    #[arg(long, value_name = "PLAN", default_value = "calm")]
    pub(crate) faults: String,
    /// Where the world comes from: generated, tau-retail or uci-retail.
    #[arg(long, default_value = "generated")]
    pub(crate) world: fermata_sandbox::WorldKind,
    /// A folder that keeps what was done to the store over a restart.
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,
}

fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("say `on` or `off`".to_owned()),
    }
}

fn tab(text: &str) -> Result<Tab, String> {
    serde_json::from_value(serde_json::Value::String(text.replace('-', "_")))
        .map_err(|_| "one of waiting, suggestions, leaving, in_doubt, decided".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Args::command().debug_assert();
    }
}
