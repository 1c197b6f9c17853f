//! The command line: one command a file, arguments parsed by clap, then a call into the library.

pub mod scan;

/// Runs the command named by the process arguments.
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
