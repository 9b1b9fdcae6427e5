//! Where tests find real lists, if the machine has them: `$INTERDICT_SHARED`, or `shared` beside the workspace.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::{Entity, Name, NameKind};

/// The folder that holds `data/`, or `None` with a line to stderr.
pub(crate) fn shared() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("INTERDICT_SHARED").map_or_else(beside, PathBuf::from);
    let found = folder.join("data").is_dir().then_some(folder);
    if found.is_none() {
        eprintln!("skipped: no real lists on this machine (set INTERDICT_SHARED)");
    }
    found
}

/// The entities of the baseline list.
pub(crate) fn baseline(shared: &Path) -> Vec<Entity> {
    let path = shared.join("data/lists/ftm/baseline_24607.ftm.json.gz");
    let file = std::fs::File::open(path).expect("the baseline list");
    let lines = BufReader::new(flate2::read::GzDecoder::new(file)).lines();
    let texts = |value: &serde_json::Value| -> Vec<String> {
        let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter()
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect()
    };
    lines
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(&line).ok())
        .map(|record| {
            let properties = &record["properties"];
            let mut names = Vec::new();
            for (field, kind) in [
                ("name", NameKind::Primary),
                ("alias", NameKind::Alias),
                ("weakAlias", NameKind::WeakAlias),
            ] {
                names.extend(
                    texts(&properties[field])
                        .into_iter()
                        .map(|text| Name { text, kind }),
                );
            }
            Entity {
                id: record["id"].as_str().unwrap_or_default().to_owned(),
                dataset: "baseline".to_owned(),
                schema: record["schema"].as_str().unwrap_or_default().to_owned(),
                names,
                countries: texts(&properties["country"])
                    .iter()
                    .map(|code| code.to_uppercase())
                    .collect(),
                birth_dates: texts(&properties["birthDate"]),
                identifiers: texts(&properties["innCode"]),
            }
        })
        .collect()
}
