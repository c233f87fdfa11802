//! The way through the pages of a list.

use std::collections::HashSet;

use fermata_model::Stream;

use crate::Error;

/// The pages of a list that were asked for so far, by their tokens.
#[derive(Debug)]
pub(crate) struct Way {
    stream: Stream,
    tokens: HashSet<String>,
}

impl Way {
    /// Begins with the page of a token, or with the first one.
    pub(crate) fn from(stream: Stream, token: Option<&str>) -> Self {
        Self { stream, tokens: token.map(str::to_owned).into_iter().collect() }
    }

    /// Returns whose records are listed.
    pub(crate) const fn stream(&self) -> Stream {
        self.stream
    }

    /// Goes on to the page of a token, or to the end.
    ///
    /// Errors: [`Error::Circle`] if that page was asked for before.
    pub(crate) fn onward(&mut self, next: Option<&str>) -> Result<(), Error> {
        match next {
            Some(next) if !self.tokens.insert(next.to_owned()) => Err(Error::Circle(self.stream)),
            _ => Ok(()),
        }
    }
}
