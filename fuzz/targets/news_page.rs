//! A file of news, any bytes. The first letter says what they are: `h` an html page, `t` text or Markdown, `f` a feed, `m` a
//! mail, `j` NDJSON, `p` a PDF, `b` the bytes as they are. Reading never panics, twice gives the same, no text is empty
//! or longer than what it was read from by more than entities and charsets allow, and folding puts each report into one
//! group.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use news::{NewsError, Page};

static QUIET: LazyLock<()> = LazyLock::new(|| {
    // The PDF library panics on some damage; `news` catches that and says so. Ours must not.
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let theirs = panic.location().is_some_and(|at| {
            [
                "/pdf-extract-",
                "/lopdf-",
                "/adobe-cmap-parser-",
                "/type1-encoding-parser-",
                "/cff-parser-",
                "/postscript-",
                "/pom-",
                "/euclid-",
            ]
            .iter()
            .any(|name| at.file().contains(name))
        });
        if !theirs {
            report(panic);
            // A panic that is caught must be seen all the same.
            std::process::abort();
        }
    }));
});

fuzz_target!(|data: &[u8]| {
    LazyLock::force(&QUIET);
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    let bytes = match kind {
        b'h' => format!("<!doctype html><html><body>{text}").into_bytes(),
        b't' => rest.to_vec(),
        b'f' => format!("<rss><channel><title>T</title>{text}").into_bytes(),
        b'm' => [
            b"From: a@b.c\nDate: Thu, 1 Jun 2023 08:00:00 +0000\nMIME-Version: 1.0\n",
            rest,
        ]
        .concat(),
        b'j' => format!("{{\"text\":\"It is said.\"}}\n{text}").into_bytes(),
        b'p' => [b"%PDF-1.4\n", rest].concat(),
        b'b' => rest.to_vec(),
        _ => return,
    };
    let page = Page {
        path: "in",
        bytes: &bytes,
    };
    let read = news::read_page(&page);
    match &read {
        Ok((reports, _)) => {
            for report in reports {
                assert!(!report.text.trim().is_empty(), "a report without text");
                assert!(!report.report_id.is_empty());
                // A character of a legacy charset takes up to three bytes; a PDF unpacks.
                assert!(*kind == b'p' || report.text.len() <= bytes.len() * 6 + 64);
            }
            let pairs: Vec<(&model::Report, &[model::Claim])> =
                reports.iter().map(|report| (report, &[][..])).collect();
            let mut members: Vec<usize> = news::fold_copies(&pairs)
                .into_iter()
                .flat_map(|group| group.members)
                .collect();
            members.sort_unstable();
            assert!(members.into_iter().eq(0..reports.len()));
        }
        Err(NewsError::NoArticle { .. } | NewsError::NotText { .. }) => {}
        Err(other) => panic!("a small file is refused: {other}"),
    }
    if *kind != b'p' {
        assert_eq!(format!("{read:?}"), format!("{:?}", news::read_page(&page)));
    }
});
