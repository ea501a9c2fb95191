//! Programs that set-up fetched for the tests, or that the machine has.

use std::env;
use std::path::{Path, PathBuf};

use crate::checkout;

/// The folder of what set-up fetched.
pub fn local() -> PathBuf {
    env::var_os("CV_MATCHING_LOCAL").map_or_else(|| checkout().join(".local"), Into::into)
}

/// The programs of Postgres.
pub fn postgres() -> PathBuf {
    env::var_os("POSTGRES_DIR").map_or_else(|| local().join("postgres"), Into::into)
}

/// A program of the machine, or of the Debian package that set-up unpacked. None where neither is: then what needs it is not
/// tested, and says so.
pub fn debian(name: &str) -> Option<PathBuf> {
    let unpacked = ["sbin", "bin"].map(|folder| local().join("debian/usr").join(folder).join(name));
    let path = env::var_os("PATH").unwrap_or_default();
    let of_machine = env::split_paths(&path).chain(["/usr/sbin".into()]).map(|folder| folder.join(name));
    let found = of_machine.chain(unpacked).find(|program| program.is_file());
    if found.is_none() {
        not_tested(&format!(
            "there is no {name}: install it, or run scripts/setup.sh --test on Debian or Ubuntu"
        ));
    }
    found
}

/// Where the libraries of the unpacked packages are, for LD_LIBRARY_PATH.
pub fn debian_libraries() -> PathBuf {
    let folder = local().join("debian/usr/lib");
    ["x86_64-linux-gnu", "aarch64-linux-gnu"]
        .iter()
        .map(|architecture| folder.join(architecture))
        .find(|folder| folder.is_dir())
        .unwrap_or(folder)
}

/// Python of a virtual environment that set-up made: `localstack` or `checks`.
pub fn python(environment: &str) -> PathBuf {
    let python = local().join(environment).join("bin/python");
    assert!(python.is_file(), "{} is missing: run scripts/setup.sh --test", python.display());
    python
}

/// Says aloud that something is not tested. `scripts/test.sh` repeats it at the end.
pub fn not_tested(why: &str) {
    eprintln!("NOT TESTED: {why}");
    if let Some(file) = env::var_os("CV_MATCHING_NOT_TESTED") {
        append(Path::new(&file), why);
    }
}

fn append(file: &Path, line: &str) {
    use std::io::Write;
    let opened = std::fs::OpenOptions::new().create(true).append(true).open(file);
    opened
        .and_then(|mut file| writeln!(file, "{line}"))
        .expect("the list of what is not tested can be written");
}
