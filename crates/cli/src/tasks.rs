//! Carries out what the command line asks for, through the door.

use fermata_console::wire::{
    ApprovalsList, Connect, ConnectionRef, ConnectionShare, CustomerFind, CustomersSearch, Decide,
    DecideMany, DecidedMany, Decision, Exception, LedgerList, Nothing, ProposalRef, Propose, Seen,
    SetAsideRetry, Settle, StopSet, Sum, TakeBack, TimelineRead, Undo, WorkflowMode,
};
use fermata_console::{Caller, Code, Console, Door, Problem, Setup};
use fermata_model::{Action, ConnectionId, ProposalId};
use serde_json::Value;

use crate::args::{
    AlertsTask, ApprovalsTask, Args, ConnectionsTask, CustomersTask, LedgerTask, Practice, SetAsideTask,
    Task, WorkflowsTask,
};
use crate::print::{Printer, say};
use crate::{ask, serve, sign_in, token};

/// Does the one thing that was asked for.
pub(crate) async fn run(args: Args) -> Result<(), Problem> {
    let out = Printer { json: args.json };
    let data_dir = args.data_dir;
    match args.task {
        Task::Practice(options) => return practice(options).await,
        Task::Serve { port, token_file, ui, practice } => {
            let listener = serve::listen(port).await?;
            let setup = Setup::desktop(data_dir, practice);
            let token_file = token_file.unwrap_or_else(|| setup.data_dir.join("serve.token"));
            let console = Console::open(setup).await?;
            let token = token::obtain(&token_file)?;
            console.start().await?;
            eprintln!("The token is in {}", token_file.display());
            let door = Door::new(console.clone(), Caller::window());
            let served = serve::run(door, token, listener, serve::find_ui(ui)).await;
            console.close().await;
            return served;
        }
        Task::Sync { once, connection } => {
            return sync(&ask::open(data_dir).await?, once, connection, &out).await;
        }
        _ => {}
    }
    let door = ask::open(data_dir).await?;
    match args.task {
        Task::Connect { platform, url, credentials_from_stdin: _, browser, test } => {
            let (credentials, approval) = sign_in::with(&door, platform, &url, browser).await?;
            let request = Connect { platform, base_url: url, credentials, approval };
            if test {
                out.tested(&door.connections_test(request).await?)?;
            } else {
                out.connections(&[door.connections_add(request).await?])?;
            }
        }
        Task::Connections { task: None } => out.connections(&door.connections(Nothing {}).await?)?,
        Task::Connections {
            task: Some(ConnectionsTask::SignIn { id, credentials_from_stdin: _, browser }),
        } => {
            out.connections(&[sign_in::again(&door, id, browser).await?])?;
        }
        Task::Connections { task: Some(ConnectionsTask::Share { id, percent }) } => {
            out.connections(&[door.connections_share(ConnectionShare { id, share: percent }).await?])?;
        }
        Task::Prove { connection } => prove(&door, connection, &out).await?,
        Task::Customers { task: CustomersTask::Search { text, limit } } => {
            out.customers(&door.customers_search(CustomersSearch { text, offset: 0, limit }).await?)?;
        }
        Task::Timeline { who, limit } => {
            let customer = door.customers_find(CustomerFind { who }).await?;
            let request = TimelineRead { id: customer.row.id, only: Vec::new(), after: None, limit };
            out.timeline(&customer, &door.timeline(request).await?)?;
        }
        Task::Approvals { task } => approvals(&door, task, &out).await?,
        Task::Ledger { task: LedgerTask::List { limit } } => {
            out.ledger(&door.ledger_list(LedgerList { before: None, limit }).await?)?;
        }
        Task::Ledger { task: LedgerTask::Verify } => verify(&door, &out).await?,
        Task::Alerts { task: AlertsTask::List } => out.alerts(&door.alerts(Nothing {}).await?)?,
        Task::SetAside { task: SetAsideTask::List } => {
            out.set_aside(&door.set_aside_list(Nothing {}).await?)?;
        }
        Task::SetAside { task: SetAsideTask::Retry { connection } } => {
            out.retried(&door.set_aside_retry(SetAsideRetry { connection }).await?)?;
        }
        Task::Workflows { task: WorkflowsTask::List } => out.workflows(&door.workflows(Nothing {}).await?)?,
        Task::Workflows { task: WorkflowsTask::Mode { id, mode } } => {
            out.workflows(&door.workflows_mode(WorkflowMode { id, mode }).await?)?;
        }
        Task::Limits => out.limits(&door.limits(Nothing {}).await?)?,
        Task::Stop { on, reason } => out.status(&door.stop_set(StopSet { on, reason }).await?)?,
        Task::Status => out.status(&door.status(Nothing {}).await?)?,
        Task::Practice(_) | Task::Serve { .. } | Task::Sync { .. } => {}
    }
    Ok(())
}

/// Proves one connection or all, and fails after that if a proof does not hold.
async fn prove(door: &Door, only: Option<ConnectionId>, out: &Printer) -> Result<(), Problem> {
    let ids = match only {
        Some(id) => vec![id],
        None => door.connections(Nothing {}).await?.into_iter().map(|connection| connection.id).collect(),
    };
    let mut proofs = Vec::with_capacity(ids.len());
    for id in ids {
        proofs.push(door.connections_prove(ConnectionRef { id }).await?);
    }
    out.proofs(&proofs)?;
    let failed = proofs.iter().filter(|proof| !proof.holds).count();
    if failed == 0 {
        return Ok(());
    }
    let message = format!("{failed} of {} connections could not be proved.", proofs.len());
    Err(Problem::new(Code::Changed, message)
        .with_hint("Read now and prove again; what still differs was changed behind our back or is lost."))
}

async fn approvals(door: &Door, task: ApprovalsTask, out: &Printer) -> Result<(), Problem> {
    match task {
        ApprovalsTask::List { tab, limit } => {
            out.approvals(&door.approvals_list(ApprovalsList { tab, offset: 0, limit }).await?)?;
        }
        ApprovalsTask::Show { id } => out.proposal(&door.approvals_show(ProposalRef { id }).await?)?,
        ApprovalsTask::Approve { ids, version } => {
            if version.is_some() && ids.len() > 1 {
                return Err(Problem::new(Code::BadRequest, "--version goes with one proposal."));
            }
            decided(&decide(door, &ids, version, Decision::Approve).await?, out)?;
        }
        ApprovalsTask::Reject { ids, reason } => {
            decided(&decide(door, &ids, None, Decision::Reject { reason }).await?, out)?;
        }
        ApprovalsTask::Later { id, until } => {
            decided(&decide(door, &[id], None, Decision::Later { until }).await?, out)?;
        }
        ApprovalsTask::Undo { ids } => {
            let undone = door.approvals_undo(Undo { ids }).await?;
            out.undone(&undone)?;
            all_done(undone.held.len(), &undone.too_late)?;
        }
        ApprovalsTask::Propose { action_from_stdin: _, why } => {
            let action = action_from(std::io::stdin())?;
            out.cards(&[door.approvals_propose(Propose { action, why }).await?.card])?;
        }
        ApprovalsTask::TakeBack { id, why } => {
            out.cards(&[door.approvals_take_back(TakeBack { id, why }).await?.card])?;
        }
        ApprovalsTask::Settle { id, happened, did_not_happen: _, send_again, note } => {
            let request = Settle { id, happened, send_again: Some(send_again), note };
            out.cards(&[door.approvals_settle(request).await?.card])?;
        }
    }
    Ok(())
}

/// Reads an action.
fn action_from(input: impl std::io::Read) -> Result<Action, Problem> {
    serde_json::from_reader(input).map_err(|error| {
        Problem::new(Code::BadRequest, format!("The action cannot be read: {error}.")).with_hint(
            "Such as {\"kind\":\"ticket.close\",\"ticket\":{\"connection\":2,\"stream\":\"tickets\",\"external_id\":\"71\",\"label\":\"Where is it?\"}}.",
        )
    })
}

fn decided(decided: &DecidedMany, out: &Printer) -> Result<(), Problem> {
    out.decided_many(decided)?;
    all_done(decided.done.len(), &decided.exceptions)
}

/// Fails with the code of the first that could not be done; the others are done all the same.
fn all_done(done: usize, exceptions: &[Exception]) -> Result<(), Problem> {
    let Some(first) = exceptions.first() else { return Ok(()) };
    let code = serde_json::from_value(Value::String(first.code.clone())).unwrap_or(Code::Internal);
    let message = format!("Of {} asked for, {done} were done.", done + exceptions.len());
    Err(Problem::new(code, message).with_hint(first.message.clone()))
}

/// Decides about what stands there now, or about the version that was named.
async fn decide(
    door: &Door,
    ids: &[ProposalId],
    version: Option<u32>,
    decision: Decision,
) -> Result<DecidedMany, Problem> {
    let mut items = Vec::with_capacity(ids.len());
    for &id in ids {
        let version = match version {
            Some(version) => version,
            None => door.approvals_show(ProposalRef { id }).await?.card.version,
        };
        items.push(Seen { id, version });
    }
    if let [Seen { id, version }] = items[..] {
        // One alone fails as itself, so that its exit code says why.
        let card = door.approvals_decide(Decide { id, version, decision }).await?.card;
        let amounts = card.amount.into_iter().collect();
        return Ok(DecidedMany { done: vec![card], exceptions: Vec::new(), sum: Sum { count: 1, amounts } });
    }
    door.approvals_decide_many(DecideMany { items, decision }).await
}

async fn verify(door: &Door, out: &Printer) -> Result<(), Problem> {
    let check = door.audit_check(Nothing {}).await?;
    out.audit(&check)?;
    match check.first_bad {
        None => Ok(()),
        Some(entry) => Err(Problem::new(Code::Store, format!("The audit chain is broken at entry {entry}."))
            .with_hint("Somebody or something changed the store's file. Keep it as it is, and compare with a backup.")),
    }
}

async fn sync(
    door: &Door,
    once: bool,
    connection: Option<ConnectionId>,
    out: &Printer,
) -> Result<(), Problem> {
    let console = door.console();
    if once {
        let result = console.sync_once(connection).await;
        let list = door.connections(Nothing {}).await;
        console.close().await;
        out.connections(&list?)?;
        return result;
    }
    console.start().await?;
    if !console.is_runner() {
        console.close().await;
        return Err(Problem::new(Code::Store, "Another Fermata keeps this store in step already.")
            .with_hint("`sync --once` can be called beside it."));
    }
    serve::end().await;
    console.close().await;
    Ok(())
}

/// Runs the practice store until the process is asked to end.
async fn practice(asked: Practice) -> Result<(), Problem> {
    let wrong = |e: &dyn std::fmt::Display| {
        Problem::new(Code::BadRequest, format!("The practice store cannot start: {e}."))
    };
    let plan = match std::fs::read_to_string(&asked.faults) {
        Ok(file) => file,
        // No such file: it is the name of a plan, or the plan itself.
        Err(_) => asked.faults,
    };
    let faults = fermata_sandbox::Plan::parse(&plan).map_err(|e| wrong(&e))?;
    let mut options = fermata_sandbox::Options {
        seed: asked.seed,
        customers: asked.customers,
        world: asked.world,
        shared: fermata_console::shared_data(),
        speed: asked.speed,
        rates: asked.rates,
        platforms: asked.platforms.into_iter().collect(),
        port: asked.port,
        faults,
        state: asked.state,
        ..fermata_sandbox::Options::default()
    };
    options.shopify.bucket = scaled(options.shopify.bucket, asked.rates);
    options.shopify.restore_rate = scaled(options.shopify.restore_rate, asked.rates);
    let practice = fermata_sandbox::Practice::start(options).await.map_err(|e| wrong(&e))?;
    let said = say(&practice.facts().to_string());
    if said.is_ok() {
        serve::end().await;
    }
    practice.stop().await;
    said
}

/// Multiplies a limit, which stays at least 1.
fn scaled(limit: u32, by: f64) -> u32 {
    (f64::from(limit) * by).clamp(1.0, f64::from(u32::MAX)) as u32
}
