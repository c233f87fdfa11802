//! The key that makes the file readable.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroize;

/// 32 random bytes, used as SQLCipher's raw key, so that opening costs no key stretching.
#[derive(Clone)]
pub struct DatabaseKey([u8; 32]);

impl Drop for DatabaseKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl DatabaseKey {
    /// Takes 32 bytes that a cryptographic source of randomness made.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits, as kept in the keychain; `None` if the text is anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let text = text.trim().as_bytes();
        if text.len() != 64 {
            return None;
        }
        let mut bytes = [0_u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            *byte = u8::try_from(high * 16 + low).ok()?;
        }
        Some(Self(bytes))
    }

    /// Writes 64 hexadecimal digits for the keychain. The caller wipes the text.
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }

    /// Returns what may be written beside the file to tell a wrong key from a damaged file: a
    /// short digest, from which 256 random bits cannot be found.
    pub(crate) fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(b"fermata store key");
        digest.update(self.0);
        hex(&digest.finalize()[..8])
    }

    /// Returns the argument of `PRAGMA key`.
    pub(crate) fn pragma(&self) -> zeroize::Zeroizing<String> {
        let mut text = zeroize::Zeroizing::new(String::with_capacity(80));
        text.push_str("PRAGMA key = \"x'");
        text.push_str(&zeroize::Zeroizing::new(self.to_hex()));
        text.push_str("'\"");
        text
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey(hidden)")
    }
}

/// Writes bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}
