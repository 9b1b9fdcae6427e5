//! Whole files: furniture stays out, bad files are refused with a reason, spans are exact, nothing panics.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use news::{Absence, NewsError, Page, claims, fold_copies, read_page};
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
    assert!(matches!(
        read(b"\x89PNG\r\n"),
        Err(NewsError::NotText { .. })
    ));
    assert!(matches!(read(b"ab\0\0cd"), Err(NewsError::NotText { .. })));
    let large = vec![b'a'; news::MAX_PAGE_BYTES + 1];
    assert!(matches!(read(&large), Err(NewsError::TooLarge { .. })));
}

/// An article and what follows it on its page, in three languages.
const FLAT: [(&str, &[&str], &[&str]); 3] = [
    (
        "Port authority seizes crates of drone engines",
        &[
            "The port authority of Brannock said on Tuesday that it had seized four crates of drone engines bound for a \
             company in Kalmyk, after customs officers compared the papers with the load.",
            "\"They were declared as pumps,\" the harbour master said.",
            "The shipper denies it.",
            "Two officials, who asked not to be named, said that the engines were made in Zhuhai and sold through a trader \
             in Dubai, which has not answered questions since Friday.",
            "The case goes on.",
        ],
        &[
            "Share this article",
            "Facebook | Twitter | WhatsApp",
            "Related articles",
            "Navy to buy twelve new frigates from Norway",
            "Why the minister halted rocket exports to Tonga",
            "Sponsored",
            "This watch was built for pilots, and the price will surprise you.",
            "Sign up for our newsletter and get the best of the Brannock Herald in your inbox every morning.",
            "Jane Doe is a reporter at the Brannock Herald who covers shipping.",
            "Photo: Harbour police / Handout",
            "We use cookies to improve your experience on our site.",
            "Please disable your ad blocker to support our journalism.",
            "Comments (3)",
            "deck_hand: They should seize more ships.",
            "Most read",
            "Palau loads torpedoes for Lesotho",
            "© 2024 Brannock Herald. All rights reserved.",
        ],
    ),
    (
        "Zoll findet Drohnenmotoren im Hafen",
        &[
            "Die Hafenbehörde von Brannock teilte am Dienstag mit, sie habe vier Kisten mit Drohnenmotoren beschlagnahmt, \
             die für eine Firma in Kalmyk bestimmt waren, nachdem der Zoll die Papiere verglichen hatte.",
            "„Sie waren als Pumpen deklariert“, sagte der Hafenmeister.",
            "Der Versender bestreitet das.",
            "Zwei Beamte, die nicht genannt werden wollten, sagten, die Motoren seien in Zhuhai gebaut und über einen \
             Händler in Dubai verkauft worden, der seit Freitag keine Fragen beantwortet.",
        ],
        &[
            "Teilen",
            "Mehr zum Thema",
            "Marine kauft zwölf Fregatten aus Norwegen",
            "Anzeige",
            "Diese Uhr wurde für Piloten gebaut, und der Preis wird Sie überraschen.",
            "Melden Sie sich für unseren Newsletter an und erhalten Sie jeden Morgen das Beste aus der Redaktion.",
            "Foto: Hafenpolizei",
            "Wir verwenden Cookies, um Ihnen das beste Erlebnis zu bieten.",
            "Bitte schalten Sie Ihren Adblocker aus.",
            "Meistgelesen",
            "Palau verlädt Torpedos für Lesotho",
            "© 2024 Brannocker Bote. Alle Rechte vorbehalten.",
        ],
    ),
    (
        "В порту изъяли двигатели для дронов",
        &[
            "Управление порта Браннок сообщило во вторник, что изъяло четыре ящика с двигателями для беспилотников, \
             которые предназначались компании в Калмыке, после того как таможенники сверили документы с грузом.",
            "«Они были заявлены как насосы», — сказал начальник порта.",
            "Отправитель это отрицает.",
            "Два чиновника, попросившие не называть их имён, сказали, что двигатели сделаны в Чжухае и проданы через \
             торговца в Дубае, который с пятницы не отвечает на вопросы журналистов.",
        ],
        &[
            "Поделиться",
            "Читайте также:",
            "Флот купит двенадцать фрегатов у Норвегии",
            "Реклама",
            "Эти часы созданы для лётчиков, и цена вас удивит.",
            "Подписывайтесь на наш телеграм-канал, чтобы не пропустить новости.",
            "Фото: Портовая полиция",
            "Мы используем файлы cookie, чтобы сайт был удобнее.",
            "Пожалуйста, отключите блокировщик рекламы.",
            "Популярное",
            "Палау грузит торпеды для Лесото",
            "© 2024 Вестник Браннока. Все права защищены.",
        ],
    ),
];

#[test]
fn flat_pages_and_plain_text_lose_all_furniture_and_no_article() {
    for (title, article, furniture) in FLAT {
        let blocks: Vec<&str> = std::iter::once(title)
            .chain(article.iter().copied())
            .chain(furniture.iter().copied())
            .collect();
        let head = format!("<html><head><meta charset=utf-8><title>{title}</title></head><body>");
        let pages = [
            format!("{}\n", blocks.join("\n\n")),
            format!("{head}<div>{}</div></body></html>", blocks.join("<br><br>")),
            format!(
                "{head}<div><p>{}</p></div></body></html>",
                blocks.join("</p><p>")
            ),
        ];
        for page in &pages {
            let (reports, _) = read_page(&Page {
                path: "x",
                bytes: page.as_bytes(),
            })
            .unwrap();
            let text = &reports[0].text;
            for line in article {
                assert!(text.contains(line), "{line} is lost from {text}");
            }
            for line in furniture {
                assert!(!text.contains(line), "{line} is left in {text}");
            }
        }
    }
}

#[track_caller]
fn absent(page: &str, expect: Absence) {
    match read_page(&Page {
        path: "x.html",
        bytes: page.as_bytes(),
    }) {
        Err(NewsError::NoArticle { why, .. }) => assert_eq!(why, expect, "{page}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn pages_without_an_article_say_why() {
    let page = |body: &str| {
        format!("<!doctype html><html><head><title>Herald</title></head><body>{body}</body></html>")
    };
    absent(
        &page(
            "<p>We noticed that you are using an ad blocker. Please switch your ad blocker off.</p>",
        ),
        Absence::AdBlock,
    );
    absent(
        &page("<p>Bitte schalten Sie Ihren Adblocker aus.</p>"),
        Absence::AdBlock,
    );
    absent(
        &page(
            "<h1>Welcome back</h1><form><label>User</label><input><a href=/lost>Forgot password?</a></form><p>Log in to continue</p>",
        ),
        Absence::LoginWall,
    );
    absent(
        &page("<div id=root></div><noscript>Please enable JavaScript to see this page.</noscript>"),
        Absence::Furniture,
    );
    absent(
        &page("<p>Please enable JavaScript to see this page.</p>"),
        Absence::ScriptsOnly,
    );
    absent(&page("<h1>Page not found</h1>"), Absence::NotFound);
    absent(
        &page("<p>We use cookies. <a href=/>Accept all cookies</a></p>"),
        Absence::CookieWall,
    );
    absent(&page("<nav><a href=/>Home</a></nav>"), Absence::Furniture);
    absent("Please disable your ad blocker\n", Absence::AdBlock);
    let mut list = String::from("<h1>Latest</h1>");
    for number in 0..20 {
        list.push_str(&format!(
            "<div class=card><h3><a href=/{number}>Ship number {number} leaves the harbour with pumps</a></h3><p>It sailed.</p></div>"
        ));
    }
    absent(&page(&list), Absence::List);
    let links: String = (0..30)
        .map(|number| {
            format!("<li><a href=/{number}>Ship number {number} leaves the harbour</a></li>")
        })
        .collect();
    absent(&page(&format!("<ul>{links}</ul>")), Absence::List);
}

#[test]
fn captions_are_kept_apart() {
    let page = "<html><body><article><h1>Vests</h1><p>Iran sent 20 drones to Russia by ship in May, the ministry said on Monday.</p>\
        <figure><img src=a><figcaption>A ship leaves the harbour. Photo: A. Rower</figcaption></figure>\
        <p>Nobody saw the ship again, and the harbour master did not answer questions.</p></article></body></html>";
    let (reports, _) = read_page(&Page {
        path: "x.html",
        bytes: page.as_bytes(),
    })
    .unwrap();
    assert!(!reports[0].text.contains("Rower"));
    assert_eq!(
        news::captions(page),
        ["A ship leaves the harbour. Photo: A. Rower"]
    );
}

#[test]
fn hostile_pages_are_read_in_bounded_time() {
    let article = "<p>Iran sent 20 drones to Russia by ship in May, the ministry said in a statement to reporters.</p>";
    let start = std::time::Instant::now();
    for page in [
        format!("<html>{}{article}", "<div>".repeat(200_000)),
        format!(
            "<html><table>{}{article}",
            "<tr><td><table>".repeat(100_000)
        ),
        format!("<html>{}{article}", "<b><p>".repeat(100_000)),
        format!(
            "<html>{}{article}{}",
            "<ul><li><a href=x>".repeat(50_000),
            "</a>".repeat(100_000)
        ),
        format!(
            "<html>{article}<p class=\"{}\">",
            "related ".repeat(200_000)
        ),
        format!(
            "<html><script>{}{article}",
            "var a = '<p>';".repeat(100_000)
        ),
        format!(
            "<html>{article}{}",
            "<h2><a href=/x>Another story of some length here</a></h2>".repeat(20_000)
        ),
        format!("<html>{article}<!--{}", "-".repeat(1_000_000)),
        format!(
            "<html>{article}<script type=application/ld+json>{}",
            "[".repeat(500_000)
        ),
        "<".repeat(1_000_000),
        format!("<html>{}", article.repeat(100_000)),
    ] {
        let _ = read_page(&Page {
            path: "x.html",
            bytes: page.as_bytes(),
        });
    }
    // Unoptimised and beside other tests; released it takes two seconds.
    assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
}

#[test]
fn charsets_are_declared_guessed_or_wrong() {
    let text = "Управление порта сообщило во вторник, что изъяло четыре ящика с двигателями для беспилотников, которые предназначались компании.";
    let page = |charset: &str| {
        format!("<html><head><meta charset=\"{charset}\"></head><body><p>{text}</p></body></html>")
    };
    let cyrillic = |page: &str| -> Vec<u8> {
        // windows-1251: А is 0xC0 and the alphabet follows.
        page.chars()
            .map(|c| match c {
                'А'..='я' => u8::try_from(c as u32 - 'А' as u32 + 0xC0).unwrap(),
                'ё' => 0xB8,
                c => u8::try_from(c as u32).unwrap(),
            })
            .collect()
    };
    for (charset, bytes) in [
        ("utf-8", page("utf-8").into_bytes()),
        ("windows-1251", cyrillic(&page("windows-1251"))),
        ("said to be utf-8, is not", cyrillic(&page("utf-8"))),
        (
            "said to be windows-1251, is utf-8",
            page("windows-1251").into_bytes(),
        ),
        ("said to be nonsense", cyrillic(&page("klingon"))),
    ] {
        let (reports, _) = read_page(&Page {
            path: "x.html",
            bytes: &bytes,
        })
        .unwrap();
        assert_eq!(reports[0].text, text, "{charset}");
        assert_eq!(reports[0].language.as_deref(), Some("ru"), "{charset}");
    }
}

#[test]
fn metadata_comes_from_json_ld_meta_elements_and_the_page() {
    let body = "<p>Iran sent 20 drones to Russia by ship in May, the ministry said in a long statement to reporters.</p>\
        <p>The ship, <a href=https://www.reuters.com/x>Reuters reported</a>, left the port at night and was not seen again.</p>";
    let pages = [
        format!(
            r#"<html lang=en><head><title>Drones for Russia - Bay Herald</title><link rel=canonical href="https://bayherald.example/a/1">
            <script type="application/ld+json">{{"@graph":[{{"@type":"WebSite","name":"Bay"}},{{"@type":"NewsArticle","headline":"Drones for Russia",
            "datePublished":"2023-06-01T08:00:00+02:00","author":[{{"@type":"Person","name":"Jane Doe"}},{{"name":"John Roe"}}],
            "publisher":{{"@id":"o"}}}},{{"@id":"o","@type":"Organization","name":"Bay Herald"}}]}}</script></head><body><h1>Drones for Russia</h1>{body}</body></html>"#
        ),
        format!(
            r#"<html><head><meta property="og:title" content="Drones for Russia | Bay Herald"><meta property="og:site_name" content="Bay Herald">
            <meta property="og:url" content="https://bayherald.example/a/1"><meta name="author" content="By Jane Doe and John Roe">
            <meta property="article:published_time" content="2023-06-01"></head><body>{body}</body></html>"#
        ),
        format!(
            r#"<html><head><title>Drones for Russia – Bay Herald</title><link rel="canonical" href="https://bayherald.example/a/1"></head>
            <body><h1>Drones for Russia</h1><div class="byline">By Jane Doe and John Roe</div><time datetime="2023-06-01T06:00Z">today</time>{body}</body></html>"#
        ),
    ];
    for page in &pages {
        let (reports, _) = read_page(&Page {
            path: "x.html",
            bytes: page.as_bytes(),
        })
        .unwrap();
        let report = &reports[0];
        assert_eq!(report.title, "Drones for Russia", "{page}");
        assert_eq!(report.authors, ["Jane Doe", "John Roe"], "{page}");
        assert_eq!(report.publisher, "Bay Herald", "{page}");
        assert_eq!(
            report.date.map(|date| date.to_string()).as_deref(),
            Some("2023-06-01"),
            "{page}"
        );
        assert_eq!(
            report.url.as_deref(),
            Some("https://bayherald.example/a/1"),
            "{page}"
        );
        assert_eq!(report.language.as_deref(), Some("en"), "{page}");
        assert_eq!(report.upstream, ["Reuters"], "{page}");
    }
}

#[test]
fn feeds_give_a_report_for_each_story() {
    let rss = r#"<?xml version="1.0"?><rss version="2.0" xmlns:content="c" xmlns:dc="d"><channel><title>Bay Herald</title><link>https://bay.example/</link>
<item><title>Drones &amp; engines</title><link>https://bay.example/1</link><pubDate>Thu, 01 Jun 2023 08:00:00 GMT</pubDate><dc:creator>Jane Doe</dc:creator>
<description>Short.</description><content:encoded><![CDATA[<p>Iran sent 20 drones to Russia by ship in May, the ministry said in a statement.</p><p>Read more: all of it</p>]]></content:encoded></item>
<item><title>Nothing</title><link>https://bay.example/2</link></item></channel></rss>"#;
    let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>Bay Herald</title><entry><title type="html">Drones &amp;amp; engines</title>
<link rel="self" href="https://bay.example/self"/><link href="https://bay.example/1"/><updated>2023-06-01T08:00:00Z</updated><author><name>Jane Doe</name></author>
<content type="html">&lt;p&gt;Iran sent 20 drones to Russia by ship in May, the ministry said in a statement.&lt;/p&gt;</content></entry></feed>"#;
    for (feed, refused) in [(rss, 1), (atom, 0)] {
        let (reports, rejected) = read_page(&Page {
            path: "feed.xml",
            bytes: feed.as_bytes(),
        })
        .unwrap();
        assert_eq!((reports.len(), rejected.len()), (1, refused), "{feed}");
        let report = &reports[0];
        assert_eq!(report.title, "Drones & engines");
        assert_eq!(report.publisher, "Bay Herald");
        assert_eq!(report.authors, ["Jane Doe"]);
        assert_eq!(report.url.as_deref(), Some("https://bay.example/1"));
        assert_eq!(
            report.date.map(|date| date.to_string()).as_deref(),
            Some("2023-06-01")
        );
        assert_eq!(
            report.text,
            "Iran sent 20 drones to Russia by ship in May, the ministry said in a statement."
        );
    }
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><rss><item><description>It said that &b; was sent by ship to the port in May.</description></item></rss>";
    let (reports, _) = read_page(&Page {
        path: "feed.xml",
        bytes: bomb.as_bytes(),
    })
    .unwrap();
    assert!(!reports[0].text.contains("aaaa"));
}

#[test]
fn mails_are_read_without_quotations_and_signature() {
    let mail = "From: Bay Herald <desk@bay.example>\r\nTo: reader@home.example\r\nSubject: =?utf-8?q?Drones_f=C3=BCr_Russland?=\r\n\
        Date: Thu, 1 Jun 2023 08:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\nIran sent 20 drones to Russia by ship in May, the ministry said in a state=\r\nment to reporters.\r\n\r\n\
        > Earlier we wrote that nothing had been sent to anyone at all.\r\n-- \r\nThe desk of the Bay Herald, Harbour Street\r\n";
    let (reports, _) = read_page(&Page {
        path: "a.eml",
        bytes: mail.as_bytes(),
    })
    .unwrap();
    let report = &reports[0];
    assert_eq!(report.title, "Drones für Russland");
    assert_eq!(report.publisher, "Bay Herald");
    assert_eq!(
        report.date.map(|date| date.to_string()).as_deref(),
        Some("2023-06-01")
    );
    assert_eq!(
        report.text,
        "Iran sent 20 drones to Russia by ship in May, the ministry said in a statement to reporters."
    );
    let html = "From: Bay Herald <desk@bay.example>\nSubject: Drones\nDate: Thu, 1 Jun 2023 08:00:00 +0000\nMIME-Version: 1.0\n\
        Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee the web version.\n--b\nContent-Type: text/html\n\n\
        <html><body><table><tr><td><p>Iran sent 20 drones to Russia by ship in May, the ministry said in a statement to reporters.</p></td></tr></table>\
        <p>Unsubscribe at any time</p></body></html>\n--b--\n";
    let (reports, _) = read_page(&Page {
        path: "a.eml",
        bytes: html.as_bytes(),
    })
    .unwrap();
    assert_eq!(
        reports[0].text,
        "Iran sent 20 drones to Russia by ship in May, the ministry said in a statement to reporters."
    );
}

/// A PDF of one page with lines of text.
fn pdf(lines: &[&str]) -> Vec<u8> {
    let mut content = String::from("BT /F1 12 Tf 14 TL 72 720 Td\n");
    for line in lines {
        content.push_str(&format!("({line}) Tj T*\n"));
    }
    content.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_string(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_string(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_string(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_string(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let start = out.len();
    out.push_str(&format!(
        "xref\n0 {}\n0000000000 65535 f \n",
        objects.len() + 1
    ));
    for offset in offsets {
        out.push_str(&format!("{offset:010} 00000 n \n"));
    }
    out.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    ));
    out.into_bytes()
}

#[test]
fn pdf_text_is_read_and_damage_refused() {
    let whole = pdf(&[
        "Iran sent 20 drones to Russia by ship in May, the ministry said in a state-",
        "ment to reporters who had come to the harbour to hear of it at noon that day.",
    ]);
    let (reports, _) = read_page(&Page {
        path: "a.pdf",
        bytes: &whole,
    })
    .unwrap();
    assert_eq!(
        reports[0].text,
        "Iran sent 20 drones to Russia by ship in May, the ministry said in a statement to reporters who had come to the harbour to hear of it at noon that day."
    );
    for cut in [20, whole.len() / 2, whole.len() - 30] {
        let _ = read_page(&Page {
            path: "a.pdf",
            bytes: &whole[..cut],
        });
    }
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
    fn no_markup_panics(parts in proptest::collection::vec(proptest::sample::select(vec![
        "<div>", "</div>", "<p>", "</p>", "<table>", "<td>", "<tr>", "</table>", "<a href=x>", "</a>", "<li>", "<ul>", "</ul>",
        "<h1>", "</h1>", "<h2>", "<article>", "</article>", "<script>", "</script>", "<!--", "-->", "<p class=related>", "&amp;", "&#x0;",
        "<title>", "</title>", "<br>", "<span hidden>", "<template>", "<svg/>", "Iran sent drones to Russia, the ministry said on Monday.",
        "<meta property=og:title content=a>", "<script type=application/ld+json>", "{\"@type\":\"NewsArticle\",\"author\":[[]]}", "武器", "<b", "\"",
    ]), 0..60)) {
        let page = format!("<html>{}", parts.concat());
        if let Ok((reports, _)) = read_page(&Page { path: "x", bytes: page.as_bytes() }) {
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
