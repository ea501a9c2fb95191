//! Runs another program within limits: this program is started again, limits itself, and becomes the other one.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};

use super::{WITHIN_LIMITS, this_program};

/// A command for `program` that ends it when it needs more than `memory_bytes` of address space or computes for longer than
/// `time`. Its environment is empty but for `PATH`. Where this program cannot be started again (in programs of tests) the
/// limits are left out.
pub(in crate::document) fn command(program: &OsStr, memory_bytes: u64, time: Duration) -> Command {
    let mut command = if super::can_start() {
        let mut command = Command::new(this_program());
        command.arg(WITHIN_LIMITS).arg(memory_bytes.to_string()).arg((time.as_secs() + 1).to_string());
        command.arg(program);
        command
    } else {
        Command::new(program)
    };
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// Limits this process and becomes the program that the arguments name: bytes, seconds, program, its arguments.
pub(super) fn become_program(mut arguments: impl Iterator<Item = OsString>) -> ! {
    let mut number = || arguments.next()?.to_str()?.parse::<u64>().ok();
    let limits = (number(), number());
    let error = match (limits, arguments.next()) {
        ((Some(memory), Some(seconds)), Some(program)) => {
            let limit =
                |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
            let limited = limit(Resource::As, memory)
                .and_then(|()| limit(Resource::Cpu, seconds))
                .and_then(|()| limit(Resource::Core, 0));
            match limited {
                // Returns only if it fails.
                Ok(()) => Command::new(program).args(arguments).exec().to_string(),
                Err(error) => error.to_string(),
            }
        }
        _ => "the limits or the program are missing".to_owned(),
    };
    eprintln!("{error}");
    std::process::exit(127);
}
