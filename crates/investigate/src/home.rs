//! The folder that Interdict works in: the ledger, and the name index derived from it.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger::Ledger;
use model::ListEntry;
use names::{Index, IndexBuilder};

use crate::ownership::{self, Owned};
use crate::{Error, Progress};

/// An opened home.
///
/// ```text
/// interdict-home/
///   ledger.sqlite        the evidence; see docs/ledger.md
///   index/<key>.names    the name index of the ledger's current lists; a cache, see docs/name-index.md
///   index/<key>.owned.json  parties that ownership rules concern, with the chains; a cache, see docs/ownership.md
/// ```
pub struct Home {
    root: PathBuf,
    /// The ledger of this home.
    pub ledger: Ledger,
    /// What ownership comes to, as of the index opened last.
    owned: RefCell<Current>,
}

/// Parties that ownership rules concern, and the key of what they were derived from.
#[derive(Default)]
struct Current {
    key: String,
    by_id: Owned,
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
            owned: RefCell::default(),
        })
    }

    /// The folder itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The entry with this id on a current list, or of the dataset `ownership`.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn entry(&self, entity_id: &str) -> Result<Option<ListEntry>, Error> {
        if let Some(derived) = self.owned.borrow().by_id.get(entity_id) {
            return Ok(Some(ownership::as_entry(derived)));
        }
        Ok(self.ledger.entry(entity_id)?)
    }

    /// The index of all names on the ledger's current lists, and of the parties that ownership rules concern, built if
    /// it is not there or not fit.
    ///
    /// # Errors
    /// When the ledger cannot be read or the index cannot be written.
    pub fn index(&self, progress: &mut dyn FnMut(Progress)) -> Result<Arc<Index>, Error> {
        let lists = self.index_key()?;
        let sources = self.ledger.ownership_sources()?;
        if sources.is_empty() {
            self.owned.replace(Current::default());
            let path = self.index_path(&lists);
            return self.open_or_build(&path, &Owned::new(), &[&path], progress);
        }
        let register = ownership::register(&self.ledger)?;
        let mut hasher = blake3::Hasher::new();
        for part in [&lists, &sources.join(" "), &register.state_key()] {
            hasher.update(part.as_bytes()).update(&[0]);
        }
        let key = hasher.finalize().to_hex()[..16].to_string();
        let (path, list) = (self.index_path(&key), self.index_path(&lists));
        let derived = path.with_extension("owned.json");
        let known = std::fs::read(&derived)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Owned>(&bytes).ok());
        if let (Some(by_id), Ok(index)) = (known, Index::open(&path)) {
            self.owned.replace(Current { key, by_id });
            return Ok(Arc::new(index));
        }
        // Owners are recognised in an index of the lists alone.
        let keep: [&Path; 3] = [&path, &list, &derived];
        let index = self.open_or_build(&list, &Owned::new(), &keep, progress)?;
        let by_id = ownership::derive(&self.ledger, &index, register)?;
        let index = self.open_or_build(&path, &by_id, &keep, progress)?;
        write_whole(&derived, &by_id)?;
        self.owned.replace(Current { key, by_id });
        Ok(index)
    }

    /// Why the parties of the dataset `ownership` are in the index that was opened last, and what it was derived from;
    /// none where the ledger holds no statements.
    pub(crate) fn owned(&self) -> (screen::Owned, Option<String>) {
        let current = self.owned.borrow();
        let key = (!current.key.is_empty()).then(|| {
            format!(
                "rules {}, statements and lists {}",
                ::ownership::version(),
                current.key
            )
        });
        (ownership::bases(&current.by_id), key)
    }

    fn index_path(&self, key: &str) -> PathBuf {
        self.root.join("index").join(format!("{key}.names"))
    }

    /// The index at `path`, of the lists' entries and of `owned`; others but those to `keep` go when one is built.
    fn open_or_build(
        &self,
        path: &Path,
        owned: &Owned,
        keep: &[&Path],
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Arc<Index>, Error> {
        // An index that does not open is a cache gone bad: it is built again.
        if let Ok(index) = Index::open(path) {
            return Ok(Arc::new(index));
        }
        progress(Progress::Begin {
            doing: "indexing names".to_string(),
            bytes: 0,
        });
        let mut builder = IndexBuilder::new();
        self.ledger
            .current_entries(&mut |entry| builder.add(indexed(entry)))?;
        for derived in owned.values() {
            builder.add(indexed(ownership::as_entry(derived)));
        }
        builder.write(path)?;
        self.drop_other_indexes(keep);
        progress(Progress::End);
        Ok(Arc::new(Index::open(path)?))
    }

    /// An index that only this process needs. Nobody needs it by name once it is open; what cannot be removed only takes
    /// space until an index is next built.
    pub(crate) fn scratch_index(&self, builder: IndexBuilder) -> Result<Index, Error> {
        let path = self
            .root
            .join("index")
            .join(format!("{}.scratch", std::process::id()));
        builder.write(&path)?;
        let index = Index::open(&path)?;
        let _ = std::fs::remove_file(&path);
        Ok(index)
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
    fn drop_other_indexes(&self, keep: &[&Path]) {
        let Ok(files) = std::fs::read_dir(self.root.join("index")) else {
            return;
        };
        for path in files
            .flatten()
            .map(|file| file.path())
            .filter(|path| !keep.contains(&path.as_path()))
        {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Writes a cache so that a killed process leaves none or all of it.
fn write_whole(path: &Path, owned: &Owned) -> Result<(), Error> {
    let io = |source: std::io::Error| Error::Io {
        doing: "write",
        path: path.to_path_buf(),
        source,
    };
    let part = path.with_extension(format!("part-{}", std::process::id()));
    let bytes = serde_json::to_vec(owned).map_err(|error| io(error.into()))?;
    std::fs::write(&part, bytes).map_err(io)?;
    std::fs::rename(&part, path).map_err(io)
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
