//! The only door into the core, for every front end.
//!
//! A front end can ask and do what [`commands`] lists, and nothing else. It holds a [`Door`],
//! which names the caller and checks every call; requests and answers are the types of [`wire`];
//! what cannot be done comes back as a [`Problem`].
//!
//! Behind the door, [`Console`] plugs the parts together with what is real: the machine's clock,
//! the OS keychain, the platforms, and the practice store where one is wanted.

pub mod bindings;
mod browser;
pub mod commands;
mod console;
mod door;
mod handlers;
mod opening;
mod platforms;
mod practice;
pub mod private_file;
mod problem;
mod secrets;
mod setup;
mod sign_ins;
mod stale;
pub mod wire;

pub use commands::{COMMANDS, CommandInfo, Topic};
pub use console::Console;
pub use door::{Caller, Door, Way};
/// The places where a process can be told to die, for crash tests (`FERMATA_FAIL_POINT=name:n`).
pub use fermata_engine::fail_points::ALL as FAIL_POINTS;
pub use problem::{Code, Problem};
pub use setup::{Setup, default_data_dir, shared_data};
