//! What a platform can do. One literal per platform does three jobs: it tells the user what
//! works, tells the engine what may be asked, and selects the tests.

use std::time::Duration;

use fermata_model::{ActionKind, Platform, Stream};
use jiff::civil::Date;

use crate::Pull;

/// What one platform can do, and the numbers its vendor published.
#[derive(Debug)]
pub struct Capability {
    /// The platform.
    pub platform: Platform,
    /// The API version that every request names.
    pub api_version: &'static str,
    /// The day on which the vendor stops answering that version, where it names one.
    pub retires: Option<Date>,
    /// What an account's address looks like.
    pub address_example: &'static str,
    /// What a user must enter to sign in, in the order in which it is asked.
    pub credentials: &'static [CredentialField],
    /// The streams it gives, in the order in which a first sync should read them.
    pub streams: &'static [StreamCapability],
    /// The actions it can carry out.
    pub actions: &'static [ActionCapability],
    /// Permissions, and what stops working without each.
    pub scopes: &'static [Scope],
    /// What it cannot do that a user might expect, one sentence each.
    pub limits: &'static [&'static str],
}

/// One thing a user must enter to sign in.
#[derive(Debug)]
pub struct CredentialField {
    /// Its name in the vault and in `connect --credentials-from-stdin`.
    pub name: &'static str,
    /// What the user reads.
    pub label: &'static str,
    /// Is it a secret? An account's e-mail address is not.
    pub secret: bool,
    /// Must it be given? Where a platform has several ways in, each names its fields.
    pub required: bool,
}

/// One stream of a platform.
#[derive(Debug)]
pub struct StreamCapability {
    /// The kind of record.
    pub stream: Stream,
    /// Largest page that the vendor allows.
    pub page_size: u32,
    /// Can the platform filter by time of change? If not, every pass reads until it meets what
    /// is known.
    pub incremental: bool,
    /// How far before the mark a pass begins again, for index lag and late arrivals.
    pub overlap: Duration,
    /// How often it is read while nothing is happening.
    pub every: Duration,
    /// How one learns that a record is no more.
    pub removal: Removal,
}

/// How one learns that a record of a stream is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// The platform tells, in this stream or in [`Stream::Removals`].
    Told,
    /// It is missing when all ids are listed; they are, this often.
    Swept(Duration),
    /// Records of this stream stay for ever.
    Never,
}

/// One action that a platform can carry out.
#[derive(Debug)]
pub struct ActionCapability {
    /// The kind of action.
    pub action: ActionKind,
    /// How long after an answer was lost the platform may still show the effect for the first
    /// time. Only then does "not there" begin to mean "did not happen".
    pub settles_within: Duration,
    /// How long a repeated key is trusted to be recognised; zero if the platform has no keys.
    pub key_trusted_for: Duration,
    /// The action that takes it back, if there is one.
    pub undone_by: Option<ActionKind>,
}

/// One permission.
#[derive(Debug)]
pub struct Scope {
    /// The vendor's name.
    pub name: &'static str,
    /// What does not work without it, as a sentence.
    pub needed_for: &'static str,
    /// Can Fermata do anything useful without it?
    pub required: bool,
}

impl StreamCapability {
    /// Describes a stream of which the platform tells what changed since an instant.
    pub(crate) const fn of_changes(
        stream: Stream,
        page_size: u32,
        overlap: Duration,
        every: Duration,
        removal: Removal,
    ) -> Self {
        Self { stream, page_size, incremental: true, overlap, every, removal }
    }

    /// Describes a stream that is read whole each time.
    pub(crate) const fn whole(stream: Stream, page_size: u32, every: Duration, removal: Removal) -> Self {
        Self { stream, page_size, incremental: false, overlap: Duration::ZERO, every, removal }
    }
}

impl Removal {
    /// All ids are listed once a day.
    pub(crate) const DAILY: Self = Self::Swept(Duration::from_hours(24));
}

impl ActionCapability {
    /// Describes an action whose repetition the platform does not recognise by a key.
    pub(crate) const fn keyless(
        action: ActionKind,
        settles_within: Duration,
        undone_by: Option<ActionKind>,
    ) -> Self {
        Self { action, settles_within, key_trusted_for: Duration::ZERO, undone_by }
    }
}

impl Capability {
    /// Returns what is known about one stream, if the platform gives it.
    pub fn stream(&self, stream: Stream) -> Option<&StreamCapability> {
        self.streams.iter().find(|s| s.stream == stream)
    }

    /// Returns how many records to ask for: what was wanted, within what the vendor allows.
    pub fn page_size(&self, pull: &Pull) -> u32 {
        let most = self.stream(pull.stream).map_or(1, |stream| stream.page_size);
        pull.size.map_or(most, |wanted| wanted.clamp(1, most))
    }

    /// Returns what is known about one action, if the platform can do it.
    pub fn action(&self, action: ActionKind) -> Option<&ActionCapability> {
        self.actions.iter().find(|a| a.action == action)
    }
}
