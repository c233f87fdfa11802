//! What proves that an answer belongs to a question of ours.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The randomness of one sign-in; whoever begins it draws it.
pub struct Chance {
    /// Becomes `state`.
    pub state: [u8; 32],
    /// Becomes the PKCE verifier; 32 octets are what RFC 7636, 4.1, recommends.
    pub verifier: [u8; 32],
}

/// State and PKCE of one sign-in.
pub(crate) struct Proof {
    /// Travels to the platform and back: who does not know it is not answering our question.
    pub(crate) state: String,
    /// Stays here until the code is exchanged.
    pub(crate) verifier: SecretString,
}

impl Proof {
    pub(crate) fn new(chance: &Chance) -> Self {
        Self {
            state: URL_SAFE_NO_PAD.encode(chance.state),
            verifier: URL_SAFE_NO_PAD.encode(chance.verifier).into(),
        }
    }

    /// Returns what the platform is told of the verifier: its SHA-256 (`S256`).
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.expose_secret()))
    }

    /// Tells whether this is our state, in the same time whatever it is.
    pub(crate) fn is_state(&self, given: &str) -> bool {
        given.as_bytes().ct_eq(self.state.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let proof = Proof {
            state: "s".to_owned(),
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned().into(),
        };
        assert_eq!(proof.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn state_and_verifier_are_as_long_as_the_standard_wants_and_differ() {
        let proof = Proof::new(&Chance { state: [1; 32], verifier: [2; 32] });
        assert_eq!((proof.state.len(), proof.verifier.expose_secret().len()), (43, 43));
        assert!(proof.is_state(&proof.state));
        assert!(!proof.is_state(proof.verifier.expose_secret()) && !proof.is_state(""));
    }
}
