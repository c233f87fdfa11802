//! Proposals that people make: by hand, and to take back what was done.

use fermata_connectors::registry::capability;
use fermata_engine::Draft;
use fermata_model::{Action, CustomerId, ProposalId, State};
use fermata_store::{connections, identities, records};

use crate::console::{Console, blocking};
use crate::door::Caller;
use crate::wire::{Decided, Propose, TakeBack};
use crate::{Code, Problem};

impl Console {
    pub(crate) async fn approvals_propose(
        &self,
        caller: &Caller,
        request: Propose,
    ) -> Result<Decided, Problem> {
        self.propose(caller, request.action, request.why, None).await
    }

    pub(crate) async fn approvals_take_back(
        &self,
        caller: &Caller,
        request: TakeBack,
    ) -> Result<Decided, Problem> {
        let id = request.id;
        let done = self.engine(move |engine| engine.proposal(id)).await?;
        if done.state != State::Confirmed {
            return Err(Problem::new(Code::BadRequest, "Only what was done can be taken back."));
        }
        let undo = done.frozen.and_then(|frozen| frozen.undo).ok_or_else(|| {
            Problem::new(Code::BadRequest, format!("\"{}\" cannot be taken back.", done.action.kind()))
                .with_hint("What it changed must be put right at the platform.")
        })?;
        self.propose(caller, *undo, request.why, Some(id)).await
    }

    async fn propose(
        &self,
        caller: &Caller,
        action: Action,
        why: String,
        takes_back: Option<ProposalId>,
    ) -> Result<Decided, Problem> {
        let (store, target, kind) = (self.store.clone(), action.target().clone(), action.kind());
        let (platform, customer) = blocking(move || {
            Ok::<_, Problem>(store.read(|conn| {
                let platform = connections::get(conn, target.connection)?.platform;
                let record = records::find(conn, target.connection, target.stream, &target.external_id)?;
                let identity = record.map(|record| records::identity(conn, record)).transpose()?.flatten();
                let customer: Option<CustomerId> =
                    identity.map(|identity| identities::customer(conn, identity)).transpose()?;
                Ok((platform, customer))
            })?)
        })
        .await?;
        if capability(platform).action(kind).is_none() {
            let message = format!("{} cannot do that: {kind}.", platform.title());
            return Err(Problem::new(Code::BadRequest, message)
                .with_hint("Settings, Connections shows what each platform can do."));
        }
        let draft = Draft { action, customer, why, evidence: Vec::new(), deadline_at: None, takes_back };
        let person = self.person(caller).await?;
        let row = self.engine(move |engine| engine.propose(draft, &person)).await?;
        self.decided(row.id).await
    }
}
