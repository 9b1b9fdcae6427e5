//! Sentences written for this test, with the heads and relations that event extraction leans on; and any text.

use proptest::prelude::*;
use syntax::{Tree, parse};

/// Lines of `word relation head`, for the first token with that form.
const SENTENCES: &[(&str, &[&str])] = &[
    (
        "Iran sent drones to Russia in August.",
        &[
            "Iran nsubj sent",
            "drones obj sent",
            "Russia obl sent",
            "August obl sent",
            "sent root -",
        ],
    ),
    (
        "The rifles were delivered to the rebels by a Turkish company.",
        &[
            "rifles nsubj:pass delivered",
            "rebels obl delivered",
            "company obl:agent delivered",
            "were aux:pass delivered",
        ],
    ),
    (
        "Officials said that the firm had supplied the army with missiles.",
        &[
            "Officials nsubj said",
            "supplied ccomp said",
            "firm nsubj supplied",
            "army obj supplied",
            "missiles obl supplied",
        ],
    ),
    (
        "The company that shipped the engines denied the report.",
        &[
            "company nsubj denied",
            "shipped acl:relcl company",
            "that nsubj shipped",
            "engines obj shipped",
            "report obj denied",
        ],
    ),
    (
        "The trucks seized at the border carried ammunition and grenades.",
        &[
            "trucks nsubj carried",
            "seized acl trucks",
            "border obl seized",
            "ammunition obj carried",
            "grenades conj ammunition",
        ],
    ),
    (
        "Deliveries of shells to Ukraine will continue.",
        &[
            "Deliveries nsubj continue",
            "shells nmod Deliveries",
            "will aux continue",
        ],
    ),
    (
        "Moscow gave the militia tanks.",
        &["militia iobj gave", "tanks obj gave", "Moscow nsubj gave"],
    ),
    (
        "\"We do not sell weapons to anyone,\" the minister said.",
        &[
            "We nsubj sell",
            "weapons obj sell",
            "minister nsubj said",
            "n't - -",
        ],
    ),
    (
        "North Korea's leader agreed to send troops.",
        &[
            "Korea nmod:poss leader",
            "leader nsubj agreed",
            "send xcomp agreed",
            "troops obj send",
        ],
    ),
    (
        "He denied that China was providing weapons to Russia.",
        &[
            "providing ccomp denied",
            "China nsubj providing",
            "was aux providing",
            "weapons obj providing",
        ],
    ),
];

fn is_tree(tree: &Tree<'_>) -> bool {
    let count = tree.tokens.len();
    let roots = tree
        .tokens
        .iter()
        .filter(|token| token.head.is_none())
        .count();
    let reaches_root = |at: usize| tree.ancestors(at).take(count + 1).count() <= count;
    (count == 0 || roots == 1) && (0..count).all(reaches_root)
}

#[test]
fn key_words_hang_where_they_should() {
    let mut wrong = Vec::new();
    for (text, expected) in SENTENCES {
        let tree = parse(text, 0..text.len());
        for line in *expected {
            let [word, relation, head] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            let Some(token) = tree.tokens.iter().find(|token| token.text == word) else {
                continue;
            };
            let found = token.head.map_or("-", |head| tree.tokens[head].text);
            if (token.relation.as_str(), found) != (relation, head) {
                wrong.push(format!("{text}: {line}, not {} {found}", token.relation));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lemmas_of_what_news_is_made_of() {
    let text = "The countries sold, shipped, gave and were supplying rifles to companies whose buses carried bodies.";
    let tree = parse(text, 0..text.len());
    let lemmas: Vec<&str> = tree
        .tokens
        .iter()
        .map(|token| token.lemma.as_ref())
        .collect();
    assert_eq!(
        lemmas,
        [
            "the", "country", "sell", ",", "ship", ",", "give", "and", "be", "supply", "rifle",
            "to", "company", "whose", "bus", "carry", "body", "."
        ]
    );
}

#[test]
fn helpers_walk_the_tree() {
    let text = "Iran sold rifles, mines and shells.";
    let tree = parse(text, 0..text.len());
    let place = |word: &str| {
        tree.tokens
            .iter()
            .position(|token| token.text == word)
            .unwrap()
    };
    assert_eq!(
        tree.conjuncts(place("mines")),
        [place("rifles"), place("mines"), place("shells")]
    );
    assert_eq!(
        &text[tree.subtree_span(place("rifles"))],
        "rifles, mines and shells"
    );
    assert_eq!(
        tree.path(place("Iran"), place("shells")),
        [
            place("Iran"),
            place("sold"),
            place("rifles"),
            place("shells")
        ]
    );
    assert_eq!(tree.token_at(6), Some(place("sold")));
    assert!(tree.is_under(place("shells"), place("sold")));
}

#[test]
fn a_sentence_without_end_is_cut_and_still_one_tree() {
    let text = "the tanks and the guns, ".repeat(400);
    let tree = parse(&text, 0..text.len());
    assert!(tree.tokens.len() > 2_000 && is_tree(&tree));
}

#[test]
fn spans_are_of_the_whole_text() {
    let text = "First. Iran’s drones. Last.";
    let tree = parse(text, 7..23);
    let words: Vec<&str> = tree
        .tokens
        .iter()
        .map(|token| &text[token.span.clone()])
        .collect();
    assert_eq!(words, ["Iran", "’s", "drones", "."]);
    assert!(parse(text, 50..90).tokens.is_empty() && parse("", 0..0).tokens.is_empty());
}

proptest! {
    #[test]
    fn any_text_gives_a_tree(text in "(\\PC|[a-z .,'’\"\\-$0-9\n]){0,120}", from in 0usize..20, to in 0usize..400) {
        let tree = parse(&text, from..to);
        prop_assert!(is_tree(&tree));
        let mut end = 0;
        for token in &tree.tokens {
            prop_assert!(token.span.start >= end && token.span.end > token.span.start);
            prop_assert_eq!(text.get(token.span.clone()), Some(token.text));
            end = token.span.end;
        }
        let visible: usize = tree.tokens.iter().map(|token| token.text.chars().count()).sum();
        if from == 0 && to >= text.len() {
            prop_assert_eq!(visible, text.chars().filter(|c| !c.is_whitespace()).count());
        }
    }
}
