//! The secret that signs local tokens: made once, kept in the data folder, readable by its owner only.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use uuid::Uuid;

/// The secret in `data_dir`; it is made if there is none.
pub fn read_or_make(data_dir: &Path) -> anyhow::Result<String> {
    fs::create_dir_all(data_dir)
        .with_context(|| format!("the folder {} cannot be made", data_dir.display()))?;
    let path = data_dir.join("jwt-secret");
    let read = || fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()));
    match OpenOptions::new().create_new(true).write(true).mode(0o600).open(&path) {
        Ok(mut file) => {
            // 244 random bits.
            let secret = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
            file.write_all(secret.as_bytes())?;
            Ok(secret)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let secret = read()?;
            anyhow::ensure!(
                secret.len() >= 32,
                "{} is damaged: delete it, and a new one is made; tokens signed before are void then",
                path.display()
            );
            Ok(secret)
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be written", path.display())),
    }
}
