//! `fermata`: the headless front end.
//!
//! Exit codes: 0 done · 1 failed (the message says what and what next) · 2 wrong arguments ·
//! 3 not found · 4 changed since it was looked at, or left already · 5 no right, or a limit ·
//! 6 the platform refused or cannot be reached · 7 keychain or store.

mod args;
mod ask;
mod print;
mod serve;
mod sign_in;
mod tasks;
mod token;

use std::process::ExitCode;

use clap::Parser as _;
use fermata_console::{Code, Problem};

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("FERMATA_LOG").unwrap_or_else(|_| "warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let args = args::Args::parse();
    let json = args.json;
    match Box::pin(tasks::run(args)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            if json {
                eprintln!("{}", serde_json::json!(problem));
            } else {
                eprintln!("fermata: {}", print::safe(&problem.message));
                if let Some(hint) = &problem.hint {
                    eprintln!("         {}", print::safe(hint));
                }
            }
            ExitCode::from(exit_code(&problem))
        }
    }
}

fn exit_code(problem: &Problem) -> u8 {
    match problem.code {
        Code::BadRequest => 2,
        Code::NotFound => 3,
        Code::Changed | Code::TooLate | Code::TooFast => 4,
        Code::NoRight | Code::Limit => 5,
        Code::SignIn | Code::Platform => 6,
        Code::Keychain | Code::Store => 7,
        Code::Internal => 1,
    }
}
