//! Names every command in the manifest, so that one without a permission cannot be called.

fn main() {
    println!("cargo:rerun-if-changed=commands.txt");
    let commands: Vec<&'static str> = include_str!("commands.txt").lines().collect();
    let manifest = tauri_build::AppManifest::new().commands(commands.leak());
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(problem) = tauri_build::try_build(attributes) {
        println!("cargo:warning={problem:#}");
        std::process::exit(1);
    }
}
