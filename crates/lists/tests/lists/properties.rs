//! Reading never panics and never loses count, whatever the bytes.

use lists::{ListFormat, ListSource};
use proptest::prelude::*;

use crate::{fixture, read, temporary};

const FORMATS: [(ListFormat, &str); 8] = [
    (ListFormat::OfacSdnXml, "ofac_xml/sdn.xml"),
    (ListFormat::OfacCsvTrio, "ofac_csv/sdn.csv"),
    (ListFormat::EuFsfXml, "eu_fsf_xml/full.xml"),
    (ListFormat::UnXml, "un_xml/consolidated.xml"),
    (ListFormat::UsCslCsv, "us_csl/consolidated.csv"),
    (ListFormat::BisDplTsv, "bis_dpl/dpl_2022-09.txt"),
    (ListFormat::FtmJsonLines, "ftm/entities.ftm.json"),
    (
        ListFormat::OpenSanctionsSimpleCsv,
        "opensanctions/targets.simple.csv",
    ),
];

/// `read` of the helper checks counts against what was handed out.
fn survives(format: ListFormat, bytes: &[u8]) {
    let (_folder, path) = temporary("list", bytes);
    let _ = lists::find(std::slice::from_ref(&path));
    let _ = read(&ListSource {
        format,
        paths: vec![path],
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        for (format, _) in FORMATS {
            survives(format, &bytes);
        }
    }

    #[test]
    fn damaged_lists(
        which in 0..FORMATS.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let (format, name) = FORMATS[which];
        let mut bytes = std::fs::read(fixture(name)).unwrap();
        for (place, byte) in damage {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        survives(format, &bytes);
        bytes.truncate(cut.index(bytes.len()));
        survives(format, &bytes);
    }

    #[test]
    fn lists_of_markup(text in "(<|>|/|\"|'|&|;|#|!|\\?|sdnEntry|sdnList|uid|lastName|=| |\n|a|-0-|,){0,200}") {
        for (format, _) in FORMATS {
            survives(format, format!("<sdnList>{text}").as_bytes());
            survives(format, text.as_bytes());
        }
    }
}
