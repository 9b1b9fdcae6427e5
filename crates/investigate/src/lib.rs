//! The main job: import lists, screen trade records, read reports, record all of it, join the three.
//!
//! This is the application: it decides what is recorded and returns a [`Brief`]. It never prints; the caller passes a
//! `progress` function and renders the brief. [`run`] is the entry point; [`Home`] is the folder it works in.
//!
//! Module by module: [`home`] opens the ledger and the name index; [`intake`] walks folders; [`import`], `ownership`,
//! [`screening`] and [`reading`] handle one kind of source each; [`replay`] makes stored findings again; [`endpoint`] asks a second reader; [`join`] finds
//! which lists, shipments and claims speak of one party.

mod actors;
mod brief;
pub mod endpoint;
mod error;
pub mod home;
pub mod import;
pub mod intake;
mod join;
mod ownership;
pub mod reading;
pub mod replay;
pub mod screening;

use std::path::Path;

use model::Factuality;

pub use brief::{
    Brief, ClaimBrief, EvidenceKind, ListRead, ListingBrief, OwnershipRead, PartyBrief,
    ReadSummary, RecordsRead, ReportRead, ShipmentBrief,
};
pub use error::Error;
pub use home::Home;

/// What the main job is doing, for a progress bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// A source of so many bytes is begun; 0 where the size is unknown.
    Begin {
        /// What is done to which file: "importing sdn.xml".
        doing: String,
        /// Its size in bytes.
        bytes: u64,
    },
    /// So many bytes of it are read.
    At(u64),
    /// It is finished.
    End,
}

/// Does the main job on `folder`, which holds any of `lists/`, `records/` and `reports/`.
///
/// Everything found is recorded in the ledger of `home`; what the ledger has already is not recorded again. Lists in the
/// ledger from earlier runs count too.
///
/// # Errors
/// When the folder holds nothing to read, or the home cannot be written. A file that cannot be read is no error: it is in
/// the brief.
pub fn run(
    folder: &Path,
    home: &mut Home,
    progress: &mut dyn FnMut(Progress),
) -> Result<Brief, Error> {
    let folders = intake::folders(folder)?;
    let mut read = ReadSummary::default();

    import::lists(&folders.lists, home, &mut read, progress)?;
    let index = home.index(progress)?;

    // Reports first: what they say of a party counts where its shipments are screened.
    let claims = reading::folder(&folders.reports, home, &mut read, progress)?;
    let screened = screening::folder(&folders.records, home, index.clone(), &mut read, progress)?;

    if read.lists.is_empty()
        && read.ownership.is_empty()
        && read.records.is_empty()
        && read.reports.is_empty()
    {
        return Err(Error::NothingReadable {
            folder: folder.to_path_buf(),
            skipped: read.skipped,
        });
    }
    let parties = join::parties(home, &index, &screened, &claims)?;
    let unknown = unknown(&screened.shipments, &claims);
    Ok(Brief {
        folder: folder.display().to_string(),
        read,
        parties,
        cases: screened.cases,
        shipments: screened.shipments,
        claims,
        unknown,
    })
}

/// What the sources leave open, in sentences: claims that say so, and fields that rules needed and rows lack.
fn unknown(shipments: &[ShipmentBrief], claims: &[ClaimBrief]) -> Vec<String> {
    let mut unknown: Vec<String> = claims
        .iter()
        .filter_map(|brief| {
            let word = match brief.claim.factuality {
                Factuality::NotObserved => "not observed",
                Factuality::Denied => "denied",
                Factuality::Unknown => "unknown",
                _ => return None,
            };
            Some(format!(
                "{word}: \"{}\" ({})",
                brief.claim.quote, brief.publisher
            ))
        })
        .collect();
    let mut missing = std::collections::BTreeMap::<&str, u64>::new();
    for field in shipments.iter().flat_map(|brief| &brief.finding.missing) {
        *missing.entry(field).or_default() += 1;
    }
    unknown.extend(missing.iter().map(|(field, rows)| {
        format!("missing: {field} in {rows} of {} findings", shipments.len())
    }));
    unknown
}
