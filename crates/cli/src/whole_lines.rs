//! Output that ctrl-C does not cut within a line.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// Held while lines are written.
static WRITING: Mutex<()> = Mutex::new(());
/// How long an interrupt waits for them: a reader that has stopped reading must not keep the program alive.
const PATIENCE: Duration = Duration::from_secs(1);

/// Writes complete lines to stdout, in one go.
pub(crate) fn write(lines: &[u8]) -> io::Result<()> {
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut stdout = io::stdout().lock();
    stdout.write_all(lines)?;
    stdout.flush()
}

/// Ends the program, but not within a line.
pub(crate) fn exit(code: i32) -> ! {
    let start = Instant::now();
    let mut writing = WRITING.try_lock();
    while matches!(writing, Err(TryLockError::WouldBlock)) && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(5));
        writing = WRITING.try_lock();
    }
    std::process::exit(code)
}
