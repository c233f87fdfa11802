//! The TypeScript client, written from the command list.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use ts_rs::{Config, TS, TypeVisitor};

use crate::commands::{COMMANDS, Effect, Topic};
use crate::problem::Problem;
#[allow(clippy::wildcard_imports, reason = "the list of commands names every type")]
use crate::wire::*;

/// Returns the text of `ui/src/generated/commands.ts`.
///
/// Every type that goes through the door, a map from command to request and response, and for
/// each command whether it writes and which topics it shows or makes stale.
pub fn typescript() -> String {
    let mut types =
        Types { config: Config::new().with_large_int("number"), seen: HashSet::new(), text: BTreeMap::new() };
    types.visit::<Problem>();
    types.visit::<Topic>();

    let mut signatures = String::new();
    macro_rules! collect {
        ($($effect:ident $role:ident $name:ident($request:ty) -> $response:ty [$($topic:ident),*];)*) => {$(
            types.visit::<$request>();
            types.visit::<$response>();
            let (request, response) = (<$request>::name(&types.config), <$response>::name(&types.config));
            let name = stringify!($name);
            let _ = writeln!(signatures, "  {name}: {{ request: {request}; response: {response} }};");
        )*};
    }
    crate::for_each_command!(collect);

    let mut out = String::from(
        "// Written by `cargo xtask generate` from the command list in crates/console. Do not edit.\n\n",
    );
    for text in types.text.values() {
        let _ = writeln!(out, "{text}\n");
    }
    let _ = write!(
        out,
        "/** Every command with what goes in and what comes out. */\nexport type Commands = {{\n{signatures}}};\n\n"
    );
    out.push_str("/** What a read shows and what a write makes stale. */\nexport const commands = {\n");
    for command in COMMANDS {
        let topics: Vec<String> = command.topics.iter().map(|t| serde_json::json!(t).to_string()).collect();
        let writes = command.effect == Effect::Write;
        let role = serde_json::json!(command.role);
        let _ = writeln!(
            out,
            "  {}: {{ writes: {writes}, role: {role}, topics: [{}] }},",
            command.name,
            topics.join(", ")
        );
    }
    out.push_str("} as const satisfies Record<keyof Commands, { writes: boolean; role: Role; topics: readonly Topic[] }>;\n");
    out
}

/// Returns the text of `src-tauri/commands.txt`: every command's name, one a line.
pub fn command_names() -> String {
    COMMANDS.iter().map(|command| format!("{}\n", command.name)).collect()
}

/// Returns the text of `src-tauri/capabilities/main.json`: the one window may call every command
/// of the list, listen to events, and nothing else.
pub fn capability() -> String {
    let commands = COMMANDS.iter().map(|command| format!("allow-{}", command.name.replace('_', "-")));
    let permissions: Vec<String> = ["core:event:allow-listen", "core:event:allow-unlisten"]
        .map(str::to_owned)
        .into_iter()
        .chain(commands)
        .collect();
    let capability = serde_json::json!({
        "identifier": "main",
        "description": "What the one window may call. Written by `cargo xtask generate`.",
        "windows": ["main"],
        "permissions": permissions,
    });
    format!("{capability:#}\n")
}

struct Types {
    config: Config,
    seen: HashSet<TypeId>,
    text: BTreeMap<String, String>,
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let text = format!("{docs}export {}", T::decl(&self.config));
            self.text.insert(T::ident(&self.config), text);
        }
        T::visit_generics(self);
        T::visit_dependencies(self);
    }
}
