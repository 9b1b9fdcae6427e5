//! One file through the reader into batches, read on one thread and worked on by the others.

use std::path::Path;
use std::sync::mpsc::sync_channel;

use model::{Rejected, Shipment};
use records::{ColumnOverrides, Layout, RecordError, RecordSummary};

use crate::Progress;

/// Shipments worked on at once, on all cores.
const BATCH: usize = 8_192;

/// Batches that may wait: memory is bounded by them.
const WAITING: usize = 2;

/// What the reader said beside the rows.
pub(super) struct FileRead {
    pub(super) summary: RecordSummary,
    pub(super) layouts: Vec<Layout>,
    pub(super) rejected: Vec<Rejected>,
}

/// Reads a file and hands its shipments over in batches, in order.
pub(super) fn batches(
    path: &Path,
    overrides: &ColumnOverrides,
    doing: &str,
    progress: &mut dyn FnMut(Progress),
    work: &mut (dyn FnMut(Vec<Shipment>) + Send),
) -> Result<FileRead, RecordError> {
    let bytes = path
        .metadata()
        .map(|metadata| metadata.len())
        .unwrap_or_default();
    progress(Progress::Begin {
        doing: format!("{doing} {}", path.display()),
        bytes,
    });
    let mut layouts: Vec<Layout> = Vec::new();
    let mut rejected = Vec::new();
    let summary = std::thread::scope(|scope| {
        let (give, take) = sync_channel::<Vec<Shipment>>(WAITING);
        let worker = scope.spawn(move || take.into_iter().for_each(work));
        let mut batch = Vec::with_capacity(BATCH);
        let summary = records::read(
            path,
            overrides,
            &mut |layout| {
                // A layout that is told again, with a column more, replaces the one before.
                layouts.retain(|known| known.file != layout.file);
                layouts.push(layout.clone());
            },
            &mut |shipment| {
                batch.push(shipment);
                if batch.len() == BATCH {
                    let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                    // The worker ends early only by a panic, which `join` passes on.
                    let _ = give.send(full);
                }
            },
            &mut |refusal| rejected.push(refusal),
            &mut |bytes| progress(Progress::At(bytes)),
        );
        let _ = give.send(batch);
        drop(give);
        if let Err(panic) = worker.join() {
            std::panic::resume_unwind(panic);
        }
        summary
    });
    progress(Progress::End);
    Ok(FileRead {
        summary: summary?,
        layouts,
        rejected,
    })
}
