//! The real program, started and ended as a person or a service manager would.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use fermata_model::Platform;
use fermata_sandbox::world::{DAY, Doing, Instruction, OrderId};
use fermata_sandbox::{Options, Practice};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long anything may take before a test gives up; generous, as machines are shared.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// Starts a practice store that answers as fast as it can.
pub(crate) async fn practice(customers: u32) -> Practice {
    let mut options = Options { customers, speed: 1.0, ..Options::default() };
    options.rates = 1000.0;
    options.shopify.bucket = 1_000_000;
    options.shopify.restore_rate = 1_000_000;
    Practice::start(options).await.unwrap()
}

/// Starts a practice store where most customers of the last weeks have asked for a parcel that is
/// days late. Its time stands still, so that no parcel arrives meanwhile.
pub(crate) async fn late_practice(customers: u32) -> Practice {
    let practice = practice(customers).await;
    practice.set_speed(0.0);
    let mut late = 0;
    practice.change(|world, now| {
        let recent: Vec<OrderId> = world
            .orders
            .iter()
            .filter(|(_, order)| order.parcels.last().is_some_and(|p| p.shipped_at > now.plus(-50 * DAY)))
            .map(|(id, _)| id)
            .collect();
        late = recent.len();
        for id in recent {
            world.orders.quietly(id, |order| {
                let Some(parcel) = order.parcels.last_mut() else { return };
                parcel.delivered_at = None;
                parcel.due_at = parcel.due_at.min(now.plus(-5 * DAY));
                parcel.shipped_at = parcel.shipped_at.min(parcel.due_at.plus(-DAY));
            });
        }
    });
    let complain = Instruction { customer: None, what: Doing::ComplainLate, concern: None };
    // Whoever waits is drawn; so many draws leave few out.
    for _ in 0..late * 4 {
        practice.act(&complain).unwrap();
    }
    practice
}

/// One store folder and the program that works on it.
pub(crate) struct Fermata {
    pub(crate) home: TempDir,
}

impl Fermata {
    pub(crate) fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Returns where `serve` writes what it logs.
    pub(crate) fn log(&self) -> PathBuf {
        self.home.path().join("serve.log")
    }

    /// Makes a call of the program on this folder.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fermata"));
        command
            .args(args)
            .args(["--data-dir".as_ref(), self.data_dir().as_os_str()])
            .env("FERMATA_KEY_FILE", self.home.path().join("key"))
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, args: &[&str], stdin: &str) -> Output {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Runs the program and reads its JSON; panics with its own words if it failed.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let output = self.run(&[args, &["--json"]].concat(), "");
        assert!(output.status.success(), "fermata {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Connects every platform of a practice store.
    pub(crate) fn connect(&self, practice: &Practice) {
        for platform in practice.platforms() {
            let url = practice.base_url(platform);
            let credentials = credentials(practice, platform).to_string();
            let output = self
                .run(&["connect", platform.name(), "--url", url, "--credentials-from-stdin"], &credentials);
            assert!(output.status.success(), "{platform}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }

    /// Makes a store that has read a practice store, whose approvals leave at once.
    ///
    /// Undo window and limits are set first: a card keeps the window under which it was made.
    pub(crate) async fn in_step_with(practice: &Practice) -> Self {
        let fermata = Self::new();
        let served = fermata.serve(&[]).await;
        let mut preferences = served.ask("preferences", json!({})).await;
        preferences["undo_seconds"] = json!(0);
        served.ask("preferences_set", preferences).await;
        drop(served);
        fermata.connect(practice);
        fermata.json(&["sync", "--once"]);
        fermata
    }

    /// Starts `serve` without waiting for it.
    pub(crate) fn start(&self, env: &[(&str, &str)]) -> Child {
        self.command(&["serve", "--port", "0"])
            .envs(env.iter().copied())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::options().create(true).append(true).open(self.log()).unwrap())
            .spawn()
            .unwrap()
    }

    /// Starts `serve` and waits until it answers.
    pub(crate) async fn serve(&self, env: &[(&str, &str)]) -> Served {
        let mut child = self.start(env);
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let facts: Value = serde_json::from_str(&line)
            .unwrap_or_else(|e| panic!("serve says {line:?} ({e}); it ended with {:?}", child.try_wait()));
        let token = std::fs::read_to_string(self.data_dir().join("serve.token")).unwrap().trim().to_owned();
        Served { child, url: facts["url"].as_str().unwrap().to_owned(), token, http: reqwest::Client::new() }
    }
}

/// Returns what signs in to a platform of a practice store, by the names the connector uses.
pub(crate) fn credentials(practice: &Practice, platform: Platform) -> Value {
    let given = practice.credentials(platform);
    match platform {
        Platform::Shopify => json!({ "access_token": given["access_token"] }),
        _ => given,
    }
}

/// A running `fermata serve`.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) url: String,
    pub(crate) token: String,
    http: reqwest::Client,
}

impl Served {
    /// Calls a command; an error carries status and problem, or 0 if nobody answered.
    pub(crate) async fn call(&self, command: &str, request: Value) -> Result<Value, (u16, Value)> {
        let sent = self
            .http
            .post(format!("{}/api/{command}", self.url))
            .bearer_auth(&self.token)
            .timeout(PATIENCE)
            .json(&request)
            .send()
            .await;
        let Ok(response) = sent else { return Err((0, Value::Null)) };
        let status = response.status().as_u16();
        match response.json().await {
            Ok(body) if status == 200 => Ok(body),
            Ok(problem) => Err((status, problem)),
            Err(_) => Err((0, Value::Null)),
        }
    }

    /// Calls a command that must work.
    pub(crate) async fn ask(&self, command: &str, request: Value) -> Value {
        self.call(command, request).await.unwrap_or_else(|e| panic!("{command}: {e:?}"))
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Asks again until an answer satisfies, or patience ends.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(begin.elapsed() < PATIENCE, "{what}: not within {} s", PATIENCE.as_secs());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Returns the refunds that Shopify booked: (order as the platform names it, amount in minor units).
pub(crate) fn booked_refunds(practice: &Practice) -> Vec<(String, i64)> {
    practice
        .journal(Platform::Shopify)
        .into_iter()
        .flat_map(|entry| entry.applied)
        .filter(|effect| effect.kind == "refund")
        .map(|effect| (effect.target, effect.amount.map_or(0, |money| money.minor)))
        .collect()
}

/// Returns every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}
