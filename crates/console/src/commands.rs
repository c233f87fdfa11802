//! Every command, declared once.
//!
//! From this list come the dispatch by name, the TypeScript client and the thin hosts: a host
//! that forgets a command does not compile. A read names the topics it shows, a write names the
//! topics it makes stale; windows derive their refreshes from that and from the change log.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::wire::Role;

/// What a window may have to read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// The frame: stop switch, counts, sync state.
    Status,
    /// Proposals and actions.
    Approvals,
    /// Alerts.
    Alerts,
    /// Customers and their timelines.
    Customers,
    /// Connections and their health.
    Connections,
    /// Workflows and their modes.
    Workflows,
    /// What a person can set.
    Settings,
}

impl Topic {
    /// Every topic; what a window must read again when it missed something.
    pub const ALL: [Self; 7] = [
        Self::Status,
        Self::Approvals,
        Self::Alerts,
        Self::Customers,
        Self::Connections,
        Self::Workflows,
        Self::Settings,
    ];
}

/// Does a command change anything?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It only reads.
    Read,
    /// It changes something.
    Write,
}

/// What is known about a command without calling it.
#[derive(Clone, Copy, Debug)]
pub struct CommandInfo {
    /// Its name, as in `POST /api/<name>`.
    pub name: &'static str,
    /// Does it change anything?
    pub effect: Effect,
    /// The least role that may call it.
    pub role: Role,
    /// What a read shows, or what a write makes stale.
    pub topics: &'static [Topic],
}

/// Hands the list of commands to another macro, as
/// `effect role name(Request) -> Response [Topics];`.
#[macro_export]
macro_rules! for_each_command {
    ($macro:ident) => {
        $macro! {
            read Viewer status(Nothing) -> Status [Status];
            write Owner practice_start(Nothing) -> Status [Status, Connections, Customers, Approvals];
            write Agent stop_set(StopSet) -> Status [Status, Approvals];
            read Viewer preferences(Nothing) -> Preferences [Settings];
            write Viewer preferences_set(Preferences) -> Preferences [Settings, Status];

            read Viewer limits(Nothing) -> Guardrails [Settings];
            write Owner limits_set(Limits) -> Guardrails [Settings, Approvals];

            read Viewer platforms(Nothing) -> Vec<PlatformInfo> [];
            read Viewer connections(Nothing) -> Vec<Connection> [Connections];
            write Owner connections_test(Connect) -> Tested [];
            write Owner connections_add(Connect) -> Connection [Connections, Status];
            write Owner sign_in_begin(SignInBegin) -> SignInBegun [];
            write Owner sign_in_await(SignInRef) -> Tested [];
            write Owner sign_in_cancel(SignInRef) -> Nothing [];
            write Owner connections_sign_in(ConnectionSignIn) -> Connection [Connections, Status, Alerts];
            write Owner connections_remove(ConnectionRef) -> Nothing [Connections, Status, Customers];
            write Agent connections_sync(ConnectionRef) -> Connection [Connections];
            write Owner connections_share(ConnectionShare) -> Connection [Connections];
            write Agent connections_prove(ConnectionRef) -> Proof [Connections];
            read Viewer set_aside_list(Nothing) -> Vec<SetAside> [Connections];
            write Operator set_aside_retry(SetAsideRetry) -> SetAsideRetried [Connections, Customers];

            read Viewer today(Nothing) -> Today [Approvals, Alerts, Connections, Customers];
            read Viewer alerts(Nothing) -> Vec<Alert> [Alerts];
            write Agent alerts_act(AlertAct) -> Vec<Alert> [Alerts, Status];

            read Viewer approvals_list(ApprovalsList) -> Approvals [Approvals];
            read Viewer approvals_show(ProposalRef) -> Proposal [Approvals];
            write Agent approvals_decide(Decide) -> Decided [Approvals, Status, Customers];
            write Agent approvals_decide_many(DecideMany) -> DecidedMany [Approvals, Status, Customers];
            write Agent approvals_undo(Undo) -> Undone [Approvals, Status, Customers];
            write Agent approvals_look(ProposalRef) -> Decided [Approvals];
            write Operator approvals_settle(Settle) -> Decided [Approvals, Status, Customers];
            write Agent approvals_propose(Propose) -> Decided [Approvals, Status, Customers];
            write Agent approvals_take_back(TakeBack) -> Decided [Approvals, Status, Customers];
            read Viewer ledger_list(LedgerList) -> Ledger [Approvals];
            read Viewer audit_check(Nothing) -> AuditCheck [];

            read Viewer customers_search(CustomersSearch) -> Customers [Customers];
            read Viewer customers_find(CustomerFind) -> Customer [Customers];
            read Viewer customers_show(CustomerRef) -> Customer [Customers, Approvals];
            read Viewer timeline(TimelineRead) -> Timeline [Customers, Approvals];
            read Viewer record_show(RecordShow) -> RawRecord [];

            read Viewer workflows(Nothing) -> Vec<Workflow> [Workflows, Approvals];
            write Owner workflows_mode(WorkflowMode) -> Vec<Workflow> [Workflows, Approvals];
        }
    };
}

macro_rules! list {
    ($($effect:ident $role:ident $name:ident($request:ty) -> $response:ty [$($topic:ident),*];)*) => {
        /// Every command, in the order of the list.
        pub const COMMANDS: &[CommandInfo] = &[$(CommandInfo {
            name: stringify!($name),
            effect: list!(@$effect),
            role: Role::$role,
            topics: &[$(Topic::$topic),*],
        },)*];
    };
    (@read) => { Effect::Read };
    (@write) => { Effect::Write };
}
for_each_command!(list);
