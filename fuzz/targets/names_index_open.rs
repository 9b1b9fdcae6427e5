//! A damaged index file: it is refused, or it answers. The first byte says what is done to a valid file, the rest is
//! where: `0` cut it at a place; `1` overwrite places; `2` overwrite places, then write the hashes anew, so that the
//! damage gets past them and every record that points somewhere is followed; anything else: the bytes are the file.
//! A place is eight bytes, little-endian: an offset and the four bytes that are written there.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use interdict_fuzz::{checked_search, write_index};
use libfuzzer_sys::fuzz_target;
use names::{BALANCED, Index, Query, WIDE};

struct Valid {
    bytes: Vec<u8>,
    /// Where the damaged file goes.
    damaged: PathBuf,
    _folder: tempfile::TempDir,
}

static VALID: LazyLock<Valid> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("valid.names");
    write_index(&path);
    let bytes = std::fs::read(&path).expect("the small index is read");
    let mut sealed = bytes.clone();
    seal(&mut sealed);
    assert!(
        sealed == bytes,
        "the format has changed: teach `seal` where its hashes are now"
    );
    Valid {
        bytes,
        damaged: folder.path().join("damaged.names"),
        _folder: folder,
    }
});

/// Writes the length and both hashes anew; docs/name-index.md draws where they are.
fn seal(file: &mut [u8]) {
    let Some(sections) = file.get(12..16) else {
        return;
    };
    let sections = u32::from_le_bytes(sections.try_into().expect("four bytes"));
    let end = (sections as usize).saturating_mul(16).saturating_add(64);
    if file.len() < end.saturating_add(32) {
        return;
    }
    let length = file.len() as u64;
    file[24..32].copy_from_slice(&length.to_le_bytes());
    let body = blake3::hash(&file[end + 32..]);
    file[32..64].copy_from_slice(body.as_bytes());
    let header = blake3::hash(&file[..end]);
    file[end..end + 32].copy_from_slice(header.as_bytes());
}

fn u32_at(bytes: &[u8]) -> u32 {
    bytes
        .first_chunk()
        .map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

fuzz_target!(|data: &[u8]| {
    let valid = &*VALID;
    let Some((what, rest)) = data.split_first() else {
        return;
    };
    let mut file = valid.bytes.clone();
    match what {
        b'0' => file.truncate(u32_at(rest) as usize % (valid.bytes.len() + 1)),
        b'1' | b'2' => {
            for place in rest.chunks(8) {
                let offset = u32_at(place) as usize % file.len();
                for (to, from) in file[offset..].iter_mut().zip(place.iter().skip(4)) {
                    *to = *from;
                }
            }
            if *what == b'2' {
                seal(&mut file);
            }
        }
        _ => file = rest.to_vec(),
    }
    std::fs::write(&valid.damaged, &file).expect("the damaged file is written");
    let Ok(index) = Index::open(&valid.damaged) else {
        return;
    };
    for number in (0..index.len().min(64) as u32).chain([index.len() as u32, u32::MAX]) {
        let _ = index.entity(number);
    }
    for (schema, name) in [
        (Some("Company"), "Raduga-M Plant LLC"),
        (Some("Person"), "Kuznetsov Andrej"),
        (Some("Person"), "Mohammed Haddad"),
        (Some("Vessel"), "Elite Star 7"),
        (None, "Shanghai Brigt Dawn Tradin"),
    ] {
        let query = Query {
            schema: schema.map(str::to_owned),
            names: vec![name.to_owned()],
            countries: vec!["RU".to_owned()],
            birth_dates: vec!["1961".to_owned()],
            identifiers: vec!["7736050003".to_owned(), "IMO 9074729".to_owned()],
        };
        for threshold in [BALANCED, WIDE, 0.0] {
            checked_search(&index, &query, threshold, 5);
        }
    }
});
