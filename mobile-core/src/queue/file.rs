//! A queue in a folder: `queue.log`, a lock, and what could not be read.
//!
//! Appending ends with fsync, replacing with a rename and an fsync of the folder, so that what was
//! acknowledged survives a power cut. One process at a time: a second one is told so.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::storage::{Storage, StorageError};

/// A queue's folder. Dropping it lets another process open it.
#[derive(Debug)]
pub struct FileStorage {
    folder: PathBuf,
    log: File,
    /// The log was replaced and the folder may not know it yet: what is added to it now would go
    /// with it in a power cut.
    is_name_doubtful: bool,
    /// Held for its lock; the log itself is replaced and cannot hold one.
    _lock: File,
}

impl FileStorage {
    /// Opens the folder, making it where there is none.
    ///
    /// # Errors
    /// [`StorageError::InUse`] when another process has it open, or what the system says.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, StorageError> {
        let folder = folder.into();
        let failed = |error| told(&folder, &error);
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("queue.lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StorageError::InUse(folder.display().to_string())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let log = open_log(&folder).map_err(failed)?;
        sync_folder(&folder).map_err(failed)?;
        Ok(Self { folder, log, is_name_doubtful: false, _lock: lock })
    }

    fn told(&self) -> impl Fn(io::Error) -> StorageError + '_ {
        |error| told(&self.folder, &error)
    }
}

impl Storage for FileStorage {
    fn load(&mut self) -> Result<Vec<u8>, StorageError> {
        std::fs::read(self.folder.join(LOG)).map_err(self.told())
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        if self.is_name_doubtful {
            sync_folder(&self.folder).map_err(self.told())?;
            self.is_name_doubtful = false;
        }
        let written = self.log.write_all(bytes).and_then(|()| self.log.sync_data());
        written.map_err(self.told())
    }

    fn replace(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        let new = self.folder.join("queue.new");
        let written = File::create(&new)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            // Opened under its passing name, so that from the renaming on nothing can fail that would
            // leave this program adding to a file without a name.
            .and_then(|()| OpenOptions::new().append(true).open(&new))
            .and_then(|log| std::fs::rename(&new, self.folder.join(LOG)).map(|()| log));
        self.log = written.map_err(self.told())?;
        self.is_name_doubtful = true;
        sync_folder(&self.folder).map_err(self.told())?;
        self.is_name_doubtful = false;
        Ok(())
    }

    fn set_aside(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        let mut aside = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.join("queue.damaged"))
            .map_err(self.told())?;
        aside.write_all(bytes).and_then(|()| aside.sync_all()).map_err(self.told())
    }
}

const LOG: &str = "queue.log";

fn open_log(folder: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(folder.join(LOG))
}

/// Makes names in a folder durable. Only Unix can, and only there is it needed.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn told(folder: &Path, error: &io::Error) -> StorageError {
    let place = folder.display();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StorageError::Full(place.to_string()),
        _ => StorageError::Failed(format!("{place}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::tests::{draft, queue_id};
    use super::super::{Queue, Settlement};
    use super::*;

    #[test]
    fn a_scan_survives_the_end_of_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let (mut queue, _) = Queue::open(FileStorage::open(folder.path()).unwrap(), queue_id(1)).unwrap();
        assert_eq!(queue.push(draft(1), 0).unwrap(), 1);
        assert_eq!(queue.push(draft(2), 0).unwrap(), 2);
        let sent = Settlement::Sent { corrected_at: None, lead_id: None };
        queue.settle(&[(draft(1).id, sent)], queue_id(1), 1).unwrap();
        queue.compact().unwrap();
        assert_eq!(queue.push(draft(3), 0).unwrap(), 3);
        drop(queue);
        let (queue, recovery) = Queue::open(FileStorage::open(folder.path()).unwrap(), queue_id(9)).unwrap();
        assert_eq!(recovery.damaged_bytes, 0);
        assert_eq!(queue.queue_id(), queue_id(1));
        assert_eq!(queue.unsent().map(|capture| capture.seq).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn a_torn_write_costs_only_what_was_not_acknowledged() {
        let folder = tempfile::tempdir().unwrap();
        let (mut queue, _) = Queue::open(FileStorage::open(folder.path()).unwrap(), queue_id(1)).unwrap();
        queue.push(draft(1), 0).unwrap();
        drop(queue);
        let log = folder.path().join(LOG);
        let mut bytes = std::fs::read(&log).unwrap();
        bytes.extend_from_slice(b"LLR\x01\x40\x00\x00\x00torn");
        std::fs::write(&log, &bytes).unwrap();
        let (mut queue, recovery) = Queue::open(FileStorage::open(folder.path()).unwrap(), queue_id(9)).unwrap();
        assert_eq!((recovery.damaged_bytes, queue.unsent_count()), (12, 1));
        assert_eq!(queue.push(draft(2), 0).unwrap(), 2);
        assert_eq!(std::fs::read(folder.path().join("queue.damaged")).unwrap(), b"LLR\x01\x40\x00\x00\x00torn");
    }

    #[test]
    fn what_is_added_after_the_log_was_replaced_is_there_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let mut storage = FileStorage::open(folder.path()).unwrap();
        storage.append(b"one").unwrap();
        storage.replace(b"two").unwrap();
        storage.append(b"three").unwrap();
        drop(storage);
        assert_eq!(FileStorage::open(folder.path()).unwrap().load().unwrap(), b"twothree");
    }

    #[cfg(unix)]
    #[test]
    fn a_log_that_cannot_be_replaced_goes_on_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let mut storage = FileStorage::open(folder.path()).unwrap();
        storage.append(b"one").unwrap();
        std::fs::create_dir(folder.path().join("queue.new")).unwrap();
        assert!(storage.replace(b"two").is_err());
        storage.append(b"three").unwrap();
        assert_eq!(storage.load().unwrap(), b"onethree");
    }

    #[test]
    fn a_second_process_is_told_that_the_queue_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let first = FileStorage::open(folder.path()).unwrap();
        assert!(matches!(FileStorage::open(folder.path()), Err(StorageError::InUse(_))));
        drop(first);
        assert!(FileStorage::open(folder.path()).is_ok());
    }

    #[test]
    fn a_place_that_cannot_be_a_folder_is_named_in_the_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = FileStorage::open(file.path().join(Uuid::nil().to_string())).unwrap_err();
        assert!(error.to_string().contains(&file.path().display().to_string()), "{error}");
    }
}
