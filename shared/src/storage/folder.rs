//! Files in a folder of this machine, for the one-process host.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use tokio::fs;
use tokio::io::AsyncReadExt;
use uuid::Uuid;

use super::{StorageError, StoredFile};

/// A folder of files, each at the path that its key names.
#[derive(Clone)]
pub struct Folder {
    root: Arc<Path>,
}

impl Folder {
    /// Opens the folder, and makes it if it is not there.
    pub(super) async fn open(root: &Path) -> Result<Self, StorageError> {
        fs::create_dir_all(root).await?;
        Ok(Self { root: root.into() })
    }

    /// A key's path; keys are relative and never climb.
    fn path(&self, key: &str) -> Result<PathBuf, StorageError> {
        let plain = |piece: &str| {
            !piece.is_empty() && piece != "." && piece != ".." && !piece.contains(['\\', '\0', ':'])
        };
        if !key.split('/').all(plain) {
            return Err(StorageError::Key(key.to_owned()));
        }
        Ok(self.root.join(key))
    }

    pub(super) async fn put(&self, key: &str, content: Bytes) -> Result<(), StorageError> {
        let path = self.path(key)?;
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).await?;
        // Written aside and renamed, so that nobody reads half a file, and a kill leaves none.
        let aside = folder.join(format!(".{}.part", Uuid::now_v7()));
        fs::write(&aside, &content).await?;
        fs::rename(&aside, &path).await?;
        Ok(())
    }

    pub(super) async fn get(&self, key: &str, limit: usize) -> Result<Bytes, StorageError> {
        let file = fs::File::open(self.path(key)?).await.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => StorageError::Missing { key: key.to_owned() },
            _ => StorageError::Disk(error),
        })?;
        let mut content = Vec::new();
        file.take(limit as u64 + 1).read_to_end(&mut content).await?;
        Ok(content.into())
    }

    pub(super) async fn exists(&self, key: &str) -> Result<bool, StorageError> {
        Ok(fs::try_exists(self.path(key)?).await?)
    }

    pub(super) async fn delete(&self, keys: &[String]) -> Result<(), StorageError> {
        for key in keys {
            match fs::remove_file(self.path(key)?).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) async fn list(&self, after: Option<&str>) -> Result<Vec<StoredFile>, StorageError> {
        let mut found = Vec::new();
        let mut folders = vec![self.root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            let mut entries = fs::read_dir(&folder).await?;
            while let Some(entry) = entries.next_entry().await? {
                if entry.file_type().await?.is_dir() {
                    folders.push(entry.path());
                } else if let Ok(relative) = entry.path().strip_prefix(&self.root) {
                    let key = relative.to_string_lossy().into_owned();
                    if after.is_none_or(|after| key.as_str() > after) {
                        let modified: DateTime<Utc> = entry.metadata().await?.modified()?.into();
                        found.push(StoredFile { key, modified });
                    }
                }
            }
        }
        found.sort_by(|a, b| a.key.cmp(&b.key));
        found.truncate(1000);
        Ok(found)
    }
}
