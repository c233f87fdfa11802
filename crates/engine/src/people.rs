//! Who decides, and what each may do.

use std::fmt;
use std::str::FromStr;

use fermata_model::platform::UnknownName;
use fermata_store::audit::Actor;
use serde::{Deserialize, Serialize};

/// What a person may do; each role may do what the one before may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Answers tickets; approves money up to the agents' limit.
    Agent,
    /// Approves money, settles doubt, sets modes up to `approve`.
    Operator,
    /// Sets limits and mode `auto`.
    Owner,
}

impl Role {
    /// Returns the name used in settings and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Agent => "agent",
            Self::Operator => "operator",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text {
            "viewer" => Ok(Self::Viewer),
            "agent" => Ok(Self::Agent),
            "operator" => Ok(Self::Operator),
            "owner" => Ok(Self::Owner),
            _ => Err(UnknownName(text.to_owned())),
        }
    }
}

/// Somebody who decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name that cards and the audit log show.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

impl Person {
    /// Names a person.
    pub fn new(name: impl Into<String>, role: Role) -> Self {
        Self { name: name.into(), role }
    }

    pub(crate) fn actor(&self) -> Actor {
        Actor::Person(self.name.clone())
    }

    /// Checks that the person has at least this role.
    pub(crate) fn must_be(&self, role: Role, to_do: &str) -> Result<(), crate::Error> {
        if self.role >= role {
            return Ok(());
        }
        Err(crate::Error::NotAllowed {
            why: format!("{} is {}; to {to_do} one must be {role} or above.", self.name, self.role),
        })
    }
}
