//! Whole files: furniture stays out, bad files are refused with a reason, spans are exact, nothing panics.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use news::{NewsError, Page, claims, fold_copies, read_page};
use proptest::prelude::*;

/// A page with an article between every kind of furniture.
const PAGE: &str = r#"<!doctype html><html><head><title>Turkish firm sold vests to Russia | Bay Herald</title>
<meta property="og:title" content="Turkish firm sold vests to Russia"><meta property="og:site_name" content="Bay Herald">
<meta property="article:published_time" content="2023-03-16T08:00:00Z"></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a> <a href="/login">Log in</a></nav>
<div class="cookie-banner"><p>We and our partners use cookies to show you reports on missiles that match your interests.</p></div>
<article><h1>Turkish firm sold vests to Russia</h1><p>Foreign desk | 16 March 2023</p>
<p>Ariteks, a Turkish manufacturer, exported bulletproof vests worth about ten million dollars to Russia in December,
according to customs records that a trade data company gathered from the declarations of Russian importers.</p>
<div class="newsletter"><p>Sign up for the Herald letter and never miss a delivery of tanks to Tuvalu.</p></div>
<p>The Turkish ministry of trade has denied that the country supplies weapons to Russia, and said that exporters must
show where their goods end up before they can leave the port.</p>
<aside><h3>Related articles</h3><ul><li><a href="/1">Samoa buys 300 tanks from Monaco, minister boasts</a></li>
<li><a href="/2">Why Andorra halted rocket exports to Tonga</a></li></ul></aside>
<p>It is not clear whether any of the vests are worn at the front, and the firm did not answer questions that were sent to
its office in the capital last week.</p></article>
<div class="sponsor"><p>Sponsored: the only body armour your dog needs</p></div>
<div class="author-bio"><p>Herald staff writes about harbours and has covered submarines for Bhutan.</p></div>
<section id="comments"><h3>Comments (2)</h3><p>deck_hand: I saw Palau load torpedoes for Lesotho.</p>
<p>Anonymous: So Liechtenstein shipped grenades to Samoa after all?</p></section>
<footer><p>Please disable your ad blocker: Andorra sends missiles only to paying readers.</p></footer></body></html>"#;

const FURNITURE: [&str; 10] = [
    "cookies",
    "Tuvalu",
    "Samoa",
    "Andorra",
    "your dog",
    "Bhutan",
    "Palau",
    "Liechtenstein",
    "Log in",
    "Foreign desk",
];

#[test]
fn furniture_of_a_page_is_in_neither_text_nor_claims() {
    let (reports, rejected) = read_page(&Page {
        path: "a.html",
        bytes: PAGE.as_bytes(),
    })
    .unwrap();
    assert!(rejected.is_empty());
    let report = &reports[0];
    for word in FURNITURE {
        assert!(!report.text.contains(word), "{word} in {}", report.text);
    }
    assert_eq!(report.title, "Turkish firm sold vests to Russia");
    assert_eq!(report.publisher, "Bay Herald");
    let lines: Vec<String> = claims(report)
        .iter()
        .map(|claim| {
            let names = |actors: &[model::Actor]| {
                actors
                    .iter()
                    .map(|actor| actor.name.clone())
                    .collect::<Vec<_>>()
                    .join(";")
            };
            format!(
                "{:?} {:?} {} -> {}: {}",
                claim.event,
                claim.factuality,
                names(&claim.supplier),
                names(&claim.recipient),
                claim.source.join(" < ")
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn plain_text_drops_comments_that_share_a_line_with_their_heading() {
    let text = "Title: Powder\nPublisher: The Quay\n\nPoly Technologies sent smokeless powder to Russia in 2022, \
        according to customs records that were read by the newspaper.\n\nComments (1) quay_reader: Malta sent Peru tanks.\n\n\
        * * *\n\nComments (1)\nquay_reader: Malta sent Peru tanks.\n";
    let (reports, _) = read_page(&Page {
        path: "a.txt",
        bytes: text.as_bytes(),
    })
    .unwrap();
    assert!(!reports[0].text.contains("Malta"), "{}", reports[0].text);
    assert!(reports[0].text.contains("smokeless"));
}

#[test]
fn a_heading_that_repeats_the_title_is_not_body() {
    let text = "---\ntitle: China will arm no side\n---\n\nHome | World | Log in\n\n# China will arm no side\n\n\
        The minister said in Beijing that his country had sent no weapons to Russia since the war began there.\n";
    let (reports, _) = read_page(&Page {
        path: "a.md",
        bytes: text.as_bytes(),
    })
    .unwrap();
    assert!(
        !reports[0].text.contains("arm no side"),
        "{}",
        reports[0].text
    );
    assert!(!reports[0].text.contains("Home"), "{}", reports[0].text);
}

#[test]
fn ndjson_keeps_good_lines_and_refuses_bad_ones() {
    let lines = "{\"id\":\"a\",\"text\":\"Iran sent drones to Russia, the ministry said in a long statement on Monday.\"}\n\
        {\"id\":\"b\",\"text\":\n\
        {\"id\":\"c\",\"text\":\"Germany sent tanks to Ukraine, the chancellor said in a speech in Berlin on Tuesday.\"}\n";
    let (reports, rejected) = read_page(&Page {
        path: "a.ndjson",
        bytes: lines.as_bytes(),
    })
    .unwrap();
    assert_eq!(reports.len(), 2);
    assert_eq!(rejected.len(), 1);
    assert_eq!(rejected[0].row, 2);
}

#[test]
fn empty_binary_and_large_files_are_refused() {
    let read = |bytes: &[u8]| read_page(&Page { path: "x", bytes });
    assert!(matches!(read(b""), Err(NewsError::NoArticle { .. })));
    assert!(matches!(read(b" \n\n "), Err(NewsError::NoArticle { .. })));
    assert!(matches!(
        read(b"%PDF-1.7 ..."),
        Err(NewsError::NotText { .. })
    ));
    assert!(matches!(read(b"ab\0\0cd"), Err(NewsError::NotText { .. })));
    let large = vec![b'a'; news::MAX_PAGE_BYTES + 1];
    assert!(matches!(read(&large), Err(NewsError::TooLarge { .. })));
}

#[test]
fn ten_megabytes_of_sentences_are_read() {
    let sentence = "Iran sent 20 drones to Russia by ship in May, the ministry said in a statement to reporters.\n";
    let mut text = String::new();
    for number in 0..10_000_000 / (sentence.len() + 8) {
        text.push_str(&format!("{number:07} {sentence}"));
    }
    let (reports, _) = read_page(&Page {
        path: "x.txt",
        bytes: text.as_bytes(),
    })
    .unwrap();
    assert!(reports[0].text.len() > 5_000_000);
}

fn read(publisher: &str, text: &str) -> model::Report {
    let page = format!("Title: x\nPublisher: {publisher}\nDate: 2023-03-16\n\n{text}\n");
    let mut report = read_page(&Page {
        path: "x.txt",
        bytes: page.as_bytes(),
    })
    .unwrap()
    .0
    .remove(0);
    report.publisher = publisher.to_string();
    report
}

#[test]
fn a_rewrite_that_credits_an_unlisted_outlet_is_a_copy_and_its_neighbour_is_not() {
    let origin = read(
        "Harbour Wire",
        "Norinco sent 1,000 CQ-A rifles to the Russian company Tekhkrim in June 2022, and Ariteks sold vests to Russia, \
         according to customs records of Importwatch.",
    );
    let rewrite = read(
        "Inland Post",
        "A thousand rifles of the type CQ-A were delivered to Tekhkrim by Norinco, Harbour Wire writes. The vests of \
         Ariteks reached Russia as well, says the outlet.",
    );
    let other = read(
        "Harbour Wire",
        "Iran shipped several hundred drones to Russia, the White House said, and a plant at Alabuga will make more.",
    );
    let all = [origin, rewrite, other];
    let found: Vec<Vec<model::Claim>> = all.iter().map(claims).collect();
    let pairs: Vec<(&model::Report, &[model::Claim])> = all
        .iter()
        .zip(&found)
        .map(|(report, claims)| (report, claims.as_slice()))
        .collect();
    let groups: Vec<Vec<usize>> = fold_copies(&pairs)
        .into_iter()
        .map(|group| group.members)
        .collect();
    assert_eq!(groups, [vec![0, 1], vec![2]]);
}

fn spans_are_exact(text: &str) {
    let mut report = read(
        "Wire",
        "Iran sent drones to Russia, the ministry said in a long statement on Monday.",
    );
    report.text = text.to_string();
    for claim in claims(&report) {
        assert_eq!(&report.text[claim.start..claim.end], claim.quote);
        assert!(!claim.quote.trim().is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        if let Ok((reports, _)) = read_page(&Page { path: "x", bytes: &bytes }) {
            reports.iter().for_each(|report| spans_are_exact(&report.text));
        }
    }

    #[test]
    fn no_unicode_panics(text in "\\PC{0,300}") {
        spans_are_exact(&text);
    }

    #[test]
    fn words_of_supply_in_any_order_keep_spans_exact(words in proptest::collection::vec(
        proptest::sample::select(vec![
            "Iran", "Russia's", "the", "no", "has", "not", "sent", "denied", "supplying", "drones", "to", "1,000", "Co.",
            ",", ".", "“", "”", "said", "that", "it", "may", "warned", "against", "secretary of state", "under",
            "sanctions", "—", "Łódź", "武器", "rifles", "from", "and", "whether", "unknown", "is", "send", "\n", "by", "&",
        ]), 0..40)) {
        spans_are_exact(&words.join(" "));
    }
}
