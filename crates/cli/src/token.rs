//! The access token of `serve`: a file that only its owner can read.

use std::path::Path;

use fermata_console::{Code, Problem, private_file};
use zeroize::Zeroizing;

/// The fewest characters that pass for a token; one that is made has 64.
const SHORTEST: usize = 32;

/// Reads the token, making one where there is no file yet.
///
/// Errors: [`Code::Keychain`] if others can read the file, or it holds no token.
pub(crate) fn obtain(path: &Path) -> Result<Zeroizing<String>, Problem> {
    let wrong = |what: String| {
        Problem::new(Code::Keychain, format!("The token file {} {what}.", path.display()))
            .with_hint("Remove it and start again: a new one is made, readable by you alone.")
    };
    let bytes = private_file::read_or_make(path, || {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        getrandom::fill(bytes.as_mut()).map_err(std::io::Error::other)?;
        Ok(Zeroizing::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    })
    .map_err(wrong)?;
    let token = str::from_utf8(&bytes).unwrap_or_default().trim();
    // Anything else could never arrive in a header.
    if token.len() < SHORTEST || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(wrong(format!("holds no token of at least {SHORTEST} letters and digits")));
    }
    Ok(Zeroizing::new(token.to_owned()))
}
