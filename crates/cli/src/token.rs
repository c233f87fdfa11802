//! The access token of `serve`: a file that only its owner can read.

use std::io::Write as _;
use std::path::Path;

use fermata_console::{Code, Problem};

/// Reads the token, making one where there is no file yet.
///
/// Errors: [`Code::Keychain`] if others can read the file, or it holds no token.
pub(crate) fn obtain(path: &Path) -> Result<String, Problem> {
    let wrong = |what: String| {
        Problem::new(Code::Keychain, format!("The token file {} {what}.", path.display()))
            .with_hint("Remove it and start again: a new one is made, readable by you alone.")
    };
    if !path.exists() {
        make(path).map_err(|e| wrong(format!("cannot be made: {e}")))?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode =
            std::fs::metadata(path).map_err(|e| wrong(format!("cannot be read: {e}")))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(wrong(format!("can be read by others (mode {:o})", mode & 0o777)));
        }
    }
    let text = std::fs::read_to_string(path).map_err(|e| wrong(format!("cannot be read: {e}")))?;
    let token = text.trim();
    if token.len() < 32 {
        return Err(wrong("holds no token of at least 32 characters".to_owned()));
    }
    Ok(token.to_owned())
}

fn make(path: &Path) -> std::io::Result<()> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{token}")?;
    file.sync_all()
}
