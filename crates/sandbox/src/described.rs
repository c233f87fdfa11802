//! The vendors' own descriptions, for tests that hold our tables of operations against them.

use std::io::Read;
use std::path::PathBuf;

use serde_json::Value;

/// Reads a description in place, unpacked; `None`, with a word about it, where it is absent.
pub(crate) fn read(file: &str) -> Option<Value> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("FERMATA_SHARED").map_or(beside, PathBuf::from);
    let Ok(bytes) = std::fs::read(shared.join(file)) else {
        eprintln!("skipped: nothing is held against {file}, which is absent");
        return None;
    };
    let mut plain = Vec::new();
    if file.ends_with("gz") {
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).expect("gzip");
    } else {
        plain = bytes;
    }
    if file.ends_with("yml") || file.ends_with("yaml") {
        let options = serde_saphyr::options! { duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins };
        let text = String::from_utf8(plain).expect("text");
        return Some(serde_saphyr::from_str_with_options(&text, options).expect("YAML"));
    }
    Some(serde_json::from_slice(&plain).expect("JSON"))
}
