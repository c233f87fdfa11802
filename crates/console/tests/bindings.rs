//! The TypeScript client is the one that the command list describes.

use std::path::Path;

const FILE: &str = "../../ui/src/generated/commands.ts";

#[test]
fn generated_client_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let expect = fermata_console::bindings::typescript();
    if std::env::var_os("FERMATA_GENERATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &expect).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expect, "{FILE} is stale: run `cargo xtask generate`");
}
