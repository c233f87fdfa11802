//! Every chore of the repository in one place: `cargo xtask <chore>`.
//!
//! It uses the standard library alone, so that it starts within seconds on a machine that has
//! never built anything.

mod bench;
mod generate;
mod node;
mod run;
mod session;
mod setup;
mod shell;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <chore>

  run       install what is missing, build, and open the window on the practice store;
            with no display: drive it to the approval queue and write a screenshot
  test      install what is missing and run every test
  bench     compare speed with what the machine can do at most; prints ratios
  generate  write the files that are made from the command list
  setup     only install what is missing
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let chore = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let outcome = match chore.as_str() {
        "run" => run::run(&rest),
        "test" => test::run(&rest),
        "bench" => bench::run(&rest),
        "generate" => generate::run(),
        "setup" => setup::everything(),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\ncargo xtask {chore}: {problem}");
            ExitCode::FAILURE
        }
    }
}
