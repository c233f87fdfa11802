//! The engine: workflows that decide, guardrails that bound them, people who hold and release,
//! and a ledger that fires once or not at all.
//!
//! The way of an action: [`runs`] read new events and let [`workflow`] files decide; what they
//! want enters the books through [`desk::propose`] and waits; a person decides at the [`desk`];
//! the [`outbox`] sends it, and after any doubt asks the platform before it tries again. Every
//! move is one transaction of [`agreement`], with its audit entry in it ([`life`]).
//!
//! Nothing here knows a platform, a window or the machine's clock: they come in through
//! [`ports`], [`fermata_model::Clock`] and [`fail_points`].

pub mod agreement;
pub mod desk;
pub mod engine;
pub mod error;
pub mod fail_points;
mod guard;
pub mod life;
pub mod outbox;
pub mod people;
pub mod policy;
pub mod ports;
pub mod runs;
pub mod words;
pub mod workflow;

pub use desk::decide::{Batch, Decision};
pub use desk::look::{Card, History, MoneyLine};
pub use desk::propose::Draft;
pub use desk::rules::WorkflowInfo;
pub use desk::settle::Settlement;
pub use desk::undo::Undo;
pub use engine::{Engine, Ports};
pub use error::Error;
pub use fermata_store::audit::Actor;
pub use fermata_store::ledger::{Filter, Proposal, Sum, Surface, Tab};
pub use people::{Person, Role};
pub use policy::{Caps, Policy, StopSwitch, Waiting};
pub use words::Status;
