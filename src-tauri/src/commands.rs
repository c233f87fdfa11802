//! One thin command per console command, made from the same list.

use fermata_console::Problem;
#[allow(clippy::wildcard_imports, reason = "the list of commands names every type")]
use fermata_console::wire::*;
use tauri::State;
use tauri::ipc::Invoke;

use crate::host::Host;

macro_rules! commands {
    ($($effect:ident $role:ident $name:ident($request:ty) -> $response:ty [$($topic:ident),*];)*) => {
        $(
            #[tauri::command]
            async fn $name(host: State<'_, Host>, request: $request) -> Result<$response, Problem> {
                host.door().await?.$name(request).await
            }
        )*

        /// Returns the handler of every command.
        pub(crate) fn handler() -> impl Fn(Invoke<tauri::Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),*]
        }
    };
}
fermata_console::for_each_command!(commands);
