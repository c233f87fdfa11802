//! The door: who calls, whether they may, and which handler answers.

use std::sync::Arc;

use serde_json::Value;

use crate::console::Console;
#[allow(clippy::wildcard_imports, reason = "the list of commands names every type")]
use crate::wire::*;
use crate::{Code, Problem};

/// Through which front end a call comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A window, ours or a browser's: a person looks at what is decided about.
    Window,
    /// The command line: what is decided about is named, not looked at.
    CommandLine,
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Through which front end.
    pub way: Way,
    /// What the person may do.
    pub role: Role,
}

impl Caller {
    /// The person at the window of this machine, who owns the store's file.
    pub const fn window() -> Self {
        Self { way: Way::Window, role: Role::Owner }
    }

    /// The person at the command line of this machine, who owns the store's file.
    pub const fn command_line() -> Self {
        Self { way: Way::CommandLine, role: Role::Owner }
    }
}

/// The only way into the core: every call names its caller and is checked here.
#[derive(Clone)]
pub struct Door {
    console: Arc<Console>,
    caller: Caller,
}

impl Door {
    /// Makes a door for one caller.
    pub fn new(console: Arc<Console>, caller: Caller) -> Self {
        Self { console, caller }
    }

    /// Returns the core behind it.
    pub fn console(&self) -> &Arc<Console> {
        &self.console
    }

    fn admit(&self, command: &str, least: Role) -> Result<(), Problem> {
        if self.caller.role >= least {
            return Ok(());
        }
        let message =
            format!("`{command}` needs the role {}; yours is {}.", least.name(), self.caller.role.name());
        Err(Problem::new(Code::NoRight, message).with_hint("Ask somebody who has that role."))
    }
}

macro_rules! door {
    ($($effect:ident $role:ident $name:ident($request:ty) -> $response:ty [$($topic:ident),*];)*) => {
        /// One method per command of [`crate::commands`].
        impl Door {
            $(
                #[doc = concat!("Carries out `", stringify!($name), "`.")]
                ///
                /// Errors: [`Code::NoRight`] if the caller's role is too low; else the command's own.
                pub async fn $name(&self, request: $request) -> Result<$response, Problem> {
                    self.admit(stringify!($name), Role::$role)?;
                    self.console.$name(&self.caller, request).await
                }
            )*

            /// Carries out a command by its name, with JSON in and out.
            ///
            /// Errors: [`Code::NotFound`] if there is no such command, [`Code::BadRequest`] if the
            /// request is not of its type; else as the method of that name.
            pub async fn call(&self, name: &str, request: Value) -> Result<Value, Problem> {
                match name {
                    $(
                        stringify!($name) => {
                            self.admit(name, Role::$role)?;
                            let request: $request = serde_json::from_value(request).map_err(|e| {
                                Problem::new(Code::BadRequest, format!("`{name}` cannot read its request: {e}"))
                            })?;
                            let response = Box::pin(self.$name(request)).await?;
                            serde_json::to_value(response).map_err(Problem::internal)
                        }
                    )*
                    _ => Err(Problem::new(Code::NotFound, format!("There is no command `{name}`."))),
                }
            }
        }
    };
}
crate::for_each_command!(door);
