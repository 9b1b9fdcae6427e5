//! The folder that Interdict works in: the ledger, and the name index derived from it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger::Ledger;
use model::ListEntry;
use names::{Index, IndexBuilder};

use crate::{Error, Progress};

/// An opened home.
///
/// ```text
/// interdict-home/
///   ledger.sqlite        the evidence; see docs/ledger.md
///   index/<key>.names    the name index of the ledger's current lists; a cache, see docs/name-index.md
/// ```
pub struct Home {
    root: PathBuf,
    /// The ledger of this home.
    pub ledger: Ledger,
}

impl Home {
    /// Opens the home at `root`, creating what is missing.
    ///
    /// # Errors
    /// When the folder cannot be created or written, or the ledger is locked, newer than this program, or no ledger.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let index = root.join("index");
        std::fs::create_dir_all(&index).map_err(|source| Error::Io {
            doing: "create",
            path: index,
            source,
        })?;
        let ledger = Ledger::open(&root.join("ledger.sqlite"))?;
        Ok(Self {
            root: root.to_path_buf(),
            ledger,
        })
    }

    /// The folder itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The entry with this id on a current list.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn entry(&self, entity_id: &str) -> Result<Option<ListEntry>, Error> {
        Ok(self.ledger.entry(entity_id)?)
    }

    /// The index of all names on the ledger's current lists, built if it is not there or not fit.
    ///
    /// # Errors
    /// When the ledger cannot be read or the index cannot be written.
    pub fn index(&self, progress: &mut dyn FnMut(Progress)) -> Result<Arc<Index>, Error> {
        let path = self
            .root
            .join("index")
            .join(format!("{}.names", self.index_key()?));
        // An index that does not open is a cache gone bad: it is built again.
        if let Ok(index) = Index::open(&path) {
            return Ok(Arc::new(index));
        }
        progress(Progress::Begin {
            doing: "indexing names".to_string(),
            bytes: 0,
        });
        let mut builder = IndexBuilder::new();
        self.ledger
            .current_entries(&mut |entry| builder.add(indexed(entry)))?;
        builder.write(&path)?;
        self.drop_other_indexes(&path);
        progress(Progress::End);
        Ok(Arc::new(Index::open(&path)?))
    }

    /// Path of a small index that only one run needs.
    pub(crate) fn scratch_index(&self) -> PathBuf {
        self.root
            .join("index")
            .join(format!("actors-{}.scratch", std::process::id()))
    }

    /// Names the index: changes whenever a current list does. An index of another format does not open and is built
    /// again under the same name.
    fn index_key(&self) -> Result<String, Error> {
        let mut hasher = blake3::Hasher::new();
        let mut versions: Vec<_> = self
            .ledger
            .list_versions()?
            .into_iter()
            .filter(|version| version.current)
            .collect();
        versions.sort_by(|left, right| (&left.list, &left.hash).cmp(&(&right.list, &right.hash)));
        for version in versions {
            hasher
                .update(version.list.as_bytes())
                .update(&[0])
                .update(version.hash.as_bytes())
                .update(&[0]);
        }
        Ok(hasher.finalize().to_hex()[..16].to_string())
    }

    /// Removes indexes of lists that are no longer current, and scratch of runs that were killed. A file that cannot be
    /// removed only takes space.
    fn drop_other_indexes(&self, keep: &Path) {
        let Ok(files) = std::fs::read_dir(self.root.join("index")) else {
            return;
        };
        for path in files
            .flatten()
            .map(|file| file.path())
            .filter(|path| path != keep)
        {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// A list entry as the name index knows it.
pub(crate) fn indexed(entry: ListEntry) -> names::Entity {
    let id = entry.entity_id();
    let kind = |kind| match kind {
        model::NameKind::Primary => names::NameKind::Primary,
        model::NameKind::Alias => names::NameKind::Alias,
        model::NameKind::WeakAlias => names::NameKind::WeakAlias,
        model::NameKind::Previous => names::NameKind::Previous,
        model::NameKind::Native => names::NameKind::Native,
    };
    let party = entry.party;
    names::Entity {
        id,
        dataset: entry.listing.list,
        schema: party.schema.as_str().to_string(),
        names: party
            .names
            .into_iter()
            .map(|name| names::Name {
                text: name.text,
                kind: kind(name.kind),
            })
            .collect(),
        countries: party.countries,
        birth_dates: party.birth_dates.iter().map(ToString::to_string).collect(),
        identifiers: party
            .identifiers
            .into_iter()
            .map(|identifier| identifier.value)
            .collect(),
    }
}
