//! Two analysed names side by side: words aligned, weighed by rarity, and what differs counted against.
//!
//! Everything here is symmetric: the sides are put into one order before anything is computed. The constants were set by
//! hand against the labelled pairs and the ordinary names that `examples/evaluate.rs` measures.

use crate::analyse::{Analysed, Class, HAN, HANGUL, SEMITIC, View};
use crate::distance::distance;
use crate::lexicon::LEXICON;
use crate::romanise::{key, korean_key, semitic_misfit, semitic_skeleton, skeleton};

/// Similarity of two words from which on they are taken as aligned.
pub(crate) const LEAST_SIMILARITY: f32 = 0.69;

/// What kind of party the names are of, as far as it changes the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Person,
    Organisation,
    /// Vessels and aircraft: one-word names are shared by many.
    Craft,
}

impl Kind {
    pub(crate) fn view(self) -> View {
        if self == Kind::Person {
            View::Person
        } else {
            View::Organisation
        }
    }
}

/// A word with its weight, borrowed from a query or from the index.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    pub text: &'a str,
    pub key: &'a str,
    pub class: Class,
    pub flags: u8,
    pub native: u32,
    pub weight: f32,
}

/// A name ready to be compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side<'a> {
    pub normalised: &'a str,
    pub words: &'a [Word<'a>],
    pub legal: u8,
}

/// The words of an analysed name; `share` gives the part of the corpus that has a word, if there is a corpus.
pub(crate) fn words_of<'a>(
    name: &'a Analysed,
    view: View,
    rarity: impl Fn(&str) -> Option<f32>,
) -> Vec<Word<'a>> {
    name.tokens
        .iter()
        .map(|token| Word {
            text: &token.text,
            key: &token.key,
            class: token.class,
            flags: token.flags,
            native: token.native,
            weight: weight(
                token.class,
                &token.text,
                &token.key,
                view,
                rarity(&token.key),
            ),
        })
        .collect()
}

/// The most that [`score`] can give two names of these weights if at most `agreeing` of it is aligned. Generous by a
/// tenth, since words that are alike may weigh differently.
pub(crate) fn bound(kind: Kind, agreeing: f32, left: f32, right: f32) -> f32 {
    let agreeing = agreeing * 1.1;
    let (left, right) = ((left - agreeing).max(0.0), (right - agreeing).max(0.0));
    let (conflict, extra) = (left.min(right), (left - right).abs());
    match kind {
        Kind::Person => agreeing / (agreeing + 0.5 * conflict) * (1.0 - 0.36 * conflict.min(1.0)),
        _ => agreeing / (agreeing + 1.5 * conflict + 0.6 * extra),
    }
}

/// How much a word counts: 1.1 for a brand nobody else has, 0.3 for an institution word, almost nothing for "of".
/// `rarity` is 1 for a word that one name of the corpus has and 0 for one that all have.
pub(crate) fn weight(class: Class, text: &str, key: &str, view: View, rarity: Option<f32>) -> f32 {
    match (view, class) {
        (_, Class::Particle) => 0.05,
        (_, Class::Title) => 0.03,
        (_, Class::Initial) => 0.3,
        (_, Class::Number) => 0.6,
        (View::Person, Class::Given) => 0.7,
        (View::Person, Class::Patronymic) => 0.45,
        (View::Person, _) => {
            let table: f32 = if LEXICON.common_person_tier(key).is_some() {
                0.75
            } else {
                1.0
            };
            rarity.map_or(table, |rarity| table.min(0.5 + 0.6 * rarity))
        }
        // "MV", "M/T": what a ship is.
        (View::Organisation, Class::Core) if matches!(text, "mv" | "mt" | "ms" | "ss") => 0.05,
        (View::Organisation, Class::Generic) => 0.3,
        (View::Organisation, Class::Place) => 0.4,
        (View::Organisation, _) => {
            let table = match LEXICON.common_tier(key) {
                Some(1) => 0.2,
                Some(2) => 0.6,
                Some(_) => 0.75,
                None => 1.1,
            };
            let length = match text.len() {
                0..=2 => 0.6,
                3 => 0.85,
                _ => 1.0,
            };
            let corpus: f32 = rarity.map_or(1.1, |rarity| 0.35 + 0.85 * rarity);
            length * corpus.min(table)
        }
    }
}

/// How alike two words are, 0 to 1; 1 only for the same letters.
pub(crate) fn similarity(left: &Word<'_>, right: &Word<'_>, view: View) -> f32 {
    if left.class == Class::Number || right.class == Class::Number {
        return if left.key == right.key { 1.0 } else { 0.0 };
    }
    if left.class == Class::Initial || right.class == Class::Initial {
        let (first, second) = (left.text.as_bytes().first(), right.text.as_bytes().first());
        let by_key = left.key.as_bytes().first() == right.key.as_bytes().first();
        if first != second && !by_key {
            return 0.0;
        }
        return if left.class == right.class { 1.0 } else { 0.8 };
    }
    let both_han =
        left.flags & right.flags & (HAN | HANGUL) != 0 && left.native != 0 && right.native != 0;
    if left.key == right.key {
        // The same reading of different characters is another name as often as another spelling.
        let differs = both_han && left.native != right.native;
        return match left.text == right.text {
            true if !differs => 1.0,
            true if left.flags & HANGUL != 0 => 0.0,
            true => 0.85,
            // A synonym in the same script is less sure than a translation.
            false if left.class == Class::Generic && left.flags == right.flags => 0.93,
            false => 0.97,
        };
    }
    if both_han {
        return 0.0;
    }
    if left.text == right.text {
        return 1.0;
    }
    let servant = |class| matches!(class, Class::Particle | Class::Title);
    if servant(left.class) != servant(right.class) {
        return 0.0;
    }
    if (left.flags | right.flags) & SEMITIC != 0 {
        return semitic(left, right);
    }
    if (left.flags ^ right.flags) & HANGUL != 0 && korean_key(left.text) == korean_key(right.text) {
        return 0.92;
    }
    // Two known given names that are not variants of each other are two names, however close the letters.
    if view == View::Person && left.class == Class::Given && right.class == Class::Given {
        return 0.0;
    }
    let concept = |class| matches!(class, Class::Generic | Class::Place);
    if concept(left.class) && concept(right.class) {
        return 0.0;
    }
    if view == View::Person && is_other_gender(left.text, right.text) {
        return 0.0;
    }
    // Readings of Chinese characters are regular: in a person's name another reading is another name.
    if view == View::Person && (left.flags | right.flags) & HAN != 0 {
        return 0.0;
    }
    if left.text.len().abs_diff(right.text.len()) > 4
        && left.key.len().abs_diff(right.key.len()) > 3
    {
        return 0.0;
    }
    // A word of the tables has its group as key; a slip in it shows in the letters.
    if (left.class == Class::Given) != (right.class == Class::Given) {
        return if left.text.as_bytes().first() == right.text.as_bytes().first() {
            letters(&key(left.text), &key(right.text), view) * 0.98
        } else {
            letters(left.text, right.text, view) * 0.98
        };
    }
    if concept(left.class) || concept(right.class) {
        return letters(left.text, right.text, view) * 0.98;
    }
    letters(left.key, right.key, view)
}

/// "Antonia" and "Antonio", "Martin" and "Martina": two persons, not a slip.
fn is_other_gender(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    };
    match (long.strip_suffix('a'), short.strip_suffix('a')) {
        (Some(stem), None) => stem == short || short.strip_suffix('o') == Some(stem),
        (None, Some(stem)) => long.strip_suffix('o') == Some(stem),
        _ => false,
    }
}

/// Edits that a word of this length may differ by.
pub(crate) fn edit_budget(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=6 => 1,
        7..=10 => 2,
        _ => 3,
    }
}

/// How two keys differ by letters. Slips of the hand (neighbours swapped, a letter lost) are likelier the same word than
/// another letter in its place.
fn letters(left: &str, right: &str, view: View) -> f32 {
    let length = left.len().max(right.len());
    let budget = edit_budget(length);
    if budget == 0 {
        return 0.0;
    }
    let Some(edits) = distance(left, right, budget) else {
        return 0.0;
    };
    let size = length as f32;
    let by_edits = if edits == 1 {
        1.0 - slip(left, right) / size
    } else {
        1.0 - 1.15 * edits as f32 / size
    };
    let bones = skeleton(left);
    if bones.len() >= 3 && (view == View::Person || length >= 8) && bones == skeleton(right) {
        return by_edits.max(0.86);
    }
    // A wrong first letter is rarer as an error and commoner as another name.
    if left.as_bytes().first() == right.as_bytes().first() {
        by_edits
    } else {
        by_edits - 0.10
    }
}

/// What a single edit weighs.
fn slip(left: &str, right: &str) -> f32 {
    let (short, long) = if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    };
    if short.len() < long.len() {
        // Baltic languages add an s to names.
        return if long.strip_suffix('s') == Some(short) && short.len() >= 5 {
            0.4
        } else {
            1.0
        };
    }
    let differ = short
        .bytes()
        .zip(long.bytes())
        .filter(|(a, b)| a != b)
        .count();
    if differ == 2 { 0.6 } else { 1.3 }
}

fn semitic(left: &Word<'_>, right: &Word<'_>) -> f32 {
    if left.flags & right.flags & SEMITIC != 0 {
        // Both are written without vowels: letters decide, and a missing alef is the commonest difference.
        if left.text.len().min(right.text.len()) <= 3 {
            return 0.0;
        }
        return letters(left.text, right.text, View::Person).max(
            if semitic_skeleton(left.text) == semitic_skeleton(right.text) {
                0.85
            } else {
                0.0
            },
        );
    }
    let (written, latin) = if left.flags & SEMITIC != 0 {
        (left, right)
    } else {
        (right, left)
    };
    let misfit = semitic_misfit(written.text, latin.text);
    let consonants = semitic_skeleton(written.text)
        .len()
        .min(semitic_skeleton(latin.text).len());
    let (most, step) = match consonants {
        0 => return 0.0,
        // Two consonants fit many names; only a close fit counts.
        1 => (0.80, 0.8),
        2 => (0.88, 0.5),
        3 => (0.94, 0.28),
        _ => (0.95, 0.22),
    };
    (most - step * misfit).max(0.0)
}

/// Words of the left side and of the right side that were taken as the same; more than one where words were joined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pair {
    pub left: (usize, usize),
    pub right: (usize, usize),
    pub similarity: f32,
    pub weight: f32,
}

/// The alignment of two names and the score it makes. `left` and `right` are as the caller gave them.
#[derive(Debug, Clone)]
pub(crate) struct NameScore {
    pub score: f64,
    pub pairs: Vec<Pair>,
    /// Rules that lowered the score, for the explanation.
    pub notes: Vec<&'static str>,
}

/// Compares two names of parties of one kind. Symmetric, between 0 and 1, and 1 only if the normalised names are equal.
pub(crate) fn score(left: Side<'_>, right: Side<'_>, kind: Kind) -> NameScore {
    let rank = |side: &Side<'_>| (side.words.len(), side.normalised.len());
    let turned = (rank(&left), left.normalised) > (rank(&right), right.normalised);
    let (first, second) = if turned { (right, left) } else { (left, right) };
    let mut result = ordered(first, second, kind);
    if turned {
        for pair in &mut result.pairs {
            std::mem::swap(&mut pair.left, &mut pair.right);
        }
    }
    result
}

fn ordered(left: Side<'_>, right: Side<'_>, kind: Kind) -> NameScore {
    if left.words.is_empty() || right.words.is_empty() {
        return NameScore {
            score: 0.0,
            pairs: Vec::new(),
            notes: vec!["nothing left to compare"],
        };
    }
    let view = kind.view();
    let pairs = align(left.words, right.words, view);
    let sums = Sums::of(left.words, right.words, &pairs);
    let mut notes = Vec::new();
    let mut score = match kind {
        Kind::Person => person(&sums, left.words, right.words, &pairs, &mut notes),
        Kind::Organisation => organisation(&sums, left, right, &pairs, &mut notes),
        Kind::Craft => craft(&sums, left, right, &pairs, &mut notes),
    };
    if left.normalised == right.normalised {
        // Equal names are equal; one-word vessels and persons keep their bar through the cap below.
        score = if score >= 0.8 { 1.0 } else { score };
    } else {
        // Order, joined words and legal forms leave a trace, so that no two different names reach 1.
        let moved = pairs
            .iter()
            .filter(|pair| pair.left.0 != pair.right.0)
            .count();
        score = (score - 0.003 * moved.min(3) as f32).min(0.995);
    }
    NameScore {
        score: f64::from(score.clamp(0.0, 1.0)),
        pairs,
        notes,
    }
}

/// What matched and what did not, in weights.
struct Sums {
    matched: f32,
    unlike: f32,
    left_rest: f32,
    right_rest: f32,
}

impl Sums {
    fn of(left: &[Word<'_>], right: &[Word<'_>], pairs: &[Pair]) -> Sums {
        let rest = |words: &[Word<'_>], taken: &dyn Fn(&Pair) -> (usize, usize)| -> f32 {
            let free = |index: usize| {
                !pairs.iter().any(|pair| {
                    let (start, length) = taken(pair);
                    (start..start + length).contains(&index)
                })
            };
            words
                .iter()
                .enumerate()
                .filter(|(index, _)| free(*index))
                .map(|(_, word)| word.weight)
                .sum()
        };
        Sums {
            matched: pairs.iter().map(|pair| pair.weight * pair.similarity).sum(),
            unlike: pairs
                .iter()
                .map(|pair| pair.weight * (1.0 - pair.similarity))
                .sum(),
            left_rest: rest(left, &|pair| pair.left),
            right_rest: rest(right, &|pair| pair.right),
        }
    }
    fn conflict(&self) -> f32 {
        self.left_rest.min(self.right_rest)
    }
    fn extra(&self) -> f32 {
        (self.left_rest - self.right_rest).abs()
    }
}

fn is_name(word: &Word<'_>) -> bool {
    matches!(
        word.class,
        Class::Core | Class::Given | Class::Patronymic | Class::Generic | Class::Place
    )
}

fn person(
    sums: &Sums,
    left: &[Word<'_>],
    right: &[Word<'_>],
    pairs: &[Pair],
    notes: &mut Vec<&'static str>,
) -> f32 {
    let names = |words: &[Word<'_>]| words.iter().filter(|word| is_name(word)).count();
    let (fewer, more) = (names(left).min(names(right)), names(left).max(names(right)));
    // Joined words count as the more numerous side: "Jongun" and "Jong un" are two agreeing parts with the family name.
    let agreeing: usize = pairs
        .iter()
        .filter(|pair| is_name(&left[pair.left.0]) && is_name(&right[pair.right.0]))
        .map(|pair| pair.left.1.max(pair.right.1))
        .sum();
    let conflict = sums.conflict();
    let mut score =
        sums.matched / (sums.matched + 1.3 * sums.unlike + 0.5 * conflict + f32::EPSILON);
    if conflict > 0.06 {
        notes.push("both names have a part that the other lacks");
        score *= 1.0 - 0.36 * conflict.min(1.0);
    }
    let mut extra = sums.extra();
    if !pairs.iter().any(|pair| {
        left[pair.left.0].class == Class::Patronymic
            || right[pair.right.0].class == Class::Patronymic
    }) && left
        .iter()
        .chain(right)
        .any(|word| word.class == Class::Patronymic)
        && conflict < 0.06
    {
        // Documents leave the patronymic out as often as not.
        extra = (extra - 0.3).max(0.0);
    }
    if extra > 0.06 {
        // Common names need all their parts; rare ones may lack some. East Asian names are short and lack none.
        let east_asian = left
            .iter()
            .chain(right)
            .any(|word| word.flags & (HAN | HANGUL) != 0);
        let rate = if east_asian {
            0.8
        } else {
            0.16 + 0.5 * (2.1 - sums.matched).clamp(0.0, 1.2)
        };
        score *= sums.matched / (sums.matched + rate * extra);
        notes.push("one name has parts that the other lacks");
    }
    let lone_initial = |words: &[Word<'_>], side: fn(&Pair) -> (usize, usize)| {
        (0..words.len()).any(|i| {
            words[i].class == Class::Initial && !pairs.iter().any(|pair| side(pair).0 == i)
        })
    };
    if lone_initial(left, |pair| pair.left) && lone_initial(right, |pair| pair.right) {
        notes.push("initials differ");
        score *= 0.85;
    }
    if exchanged(left, right, pairs) {
        notes.push("child and parent exchanged, or given names in another order");
        score *= 0.76;
    }
    if let Some(note) = generation(left, right, pairs) {
        notes.push(note);
        score *= 0.74;
    }
    if agreeing == 0 {
        notes.push("no name part agrees");
        return score.min(0.3);
    }
    if agreeing == 1 {
        if more > 1 {
            let initials = pairs.iter().any(|pair| {
                left[pair.left.0].class == Class::Initial
                    || right[pair.right.0].class == Class::Initial
            });
            notes.push("only one name part agrees");
            return if initials && fewer <= 1 {
                score.min(0.8)
            } else {
                score.min(0.6)
            };
        }
        let exact = pairs.iter().any(|pair| pair.similarity >= 0.97);
        notes.push("one-word name of a person");
        return if exact {
            score.min(0.88)
        } else {
            score.min(0.55)
        };
    }
    score
}

/// "Salman bin Muhammad" against "Muhammad bin Salman"; "Kim Jong Un" against "Kim Un Jong".
fn exchanged(left: &[Word<'_>], right: &[Word<'_>], pairs: &[Pair]) -> bool {
    let partner = |index: usize| {
        pairs
            .iter()
            .find(|pair| pair.left.0 == index && pair.left.1 == 1)
            .map(|pair| pair.right.0)
    };
    let child = |words: &[Word<'_>]| {
        (1..words.len().saturating_sub(1)).find(|index| {
            words[*index].class == Class::Particle
                && matches!(words[*index].text, "bin" | "ben" | "ibn" | "bn")
        })
    };
    if let (Some(first), Some(second)) = (child(left), child(right)) {
        return partner(first - 1) == Some(second + 1) && partner(first + 1) == Some(second - 1);
    }
    let short = |words: &[Word<'_>]| {
        words.len() == 3
            && words
                .iter()
                .all(|word| word.text.len() <= 5 && is_name(word))
    };
    let east_asian = left
        .iter()
        .chain(right)
        .any(|word| word.flags & (HAN | HANGUL) != 0);
    if east_asian && short(left) && short(right) && pairs.len() == 3 {
        let order: Vec<usize> = (0..3).filter_map(partner).collect();
        // The family name may stand first or last; then the given names keep their order.
        return order.len() == 3 && !matches!(order[..], [0, 1, 2] | [1, 2, 0] | [2, 0, 1]);
    }
    false
}

/// Names that are chains of generations ("Saja Barzan Ibrahim Hasan al-Tikriti"): if only the first of the chain is
/// missing on the other side, they name a child and a parent.
fn generation(left: &[Word<'_>], right: &[Word<'_>], pairs: &[Pair]) -> Option<&'static str> {
    let names = |words: &[Word<'_>]| -> Vec<usize> {
        (0..words.len())
            .filter(|index| is_name(&words[*index]) && words[*index].class != Class::Patronymic)
            .collect()
    };
    let (left_names, right_names) = (names(left), names(right));
    let left_longer = left_names.len() > right_names.len();
    let (long, short) = if left_longer {
        (&left_names, &right_names)
    } else {
        (&right_names, &left_names)
    };
    if long.len() != short.len() + 1 || long.len() < 5 {
        return None;
    }
    let partner = |index: usize| {
        pairs.iter().find_map(|pair| {
            let (from, to) = if left_longer {
                (pair.left, pair.right)
            } else {
                (pair.right, pair.left)
            };
            (from.0 == index).then_some(to.0)
        })
    };
    let missing = long.iter().position(|index| partner(*index).is_none())?;
    // The chain starts the name, or follows the family name ("AL-TIKRITI, Saja Barzan Ibrahim").
    let family_first = {
        let words = if left_longer { left } else { right };
        words[long[0]].class != Class::Given
    };
    let starts = missing == 0
        || missing == 1
            && family_first
            && partner(long[0]).is_some_and(|to| to == short[0] || Some(&to) == short.last());
    let follows = long[missing + 1..]
        .windows(2)
        .take(2)
        .all(|two| partner(two[0]) < partner(two[1]));
    (starts && follows)
        .then_some("the first name of a chain of generations is missing: parent and child")
}

fn organisation(
    sums: &Sums,
    left: Side<'_>,
    right: Side<'_>,
    pairs: &[Pair],
    notes: &mut Vec<&'static str>,
) -> f32 {
    let (conflict, extra) = (sums.conflict(), sums.extra());
    let brand = |word: &Word<'_>| {
        matches!(word.class, Class::Core | Class::Given | Class::Patronymic) && word.weight >= 0.5
    };
    let brands: Vec<&Pair> = pairs
        .iter()
        .filter(|pair| brand(&left.words[pair.left.0]) && brand(&right.words[pair.right.0]))
        .collect();
    // One brand word is all that tells such names apart: what differs beside it weighs more.
    let single = brands.len() <= 1;
    let mut score = sums.matched
        / (sums.matched
            + if single { 1.6 } else { 1.2 } * sums.unlike
            + 1.5 * conflict
            + if single { 1.25 } else { 0.6 } * extra
            + f32::EPSILON);
    let paired = |words: &[Word<'_>], index: usize, side: fn(&Pair) -> (usize, usize)| {
        words.get(index).is_some()
            && pairs.iter().any(|pair| {
                let (start, length) = side(pair);
                (start..start + length).contains(&index)
            })
    };
    let lone_numbers = |words: &[Word<'_>], side: fn(&Pair) -> (usize, usize)| {
        words
            .iter()
            .enumerate()
            .filter(|(index, word)| word.class == Class::Number && !paired(words, *index, side))
            .count()
    };
    let (left_numbers, right_numbers) = (
        lone_numbers(left.words, |pair| pair.left),
        lone_numbers(right.words, |pair| pair.right),
    );
    if left_numbers > 0 && right_numbers > 0 {
        notes.push("numbers differ");
        score *= 0.75;
    } else if left_numbers + right_numbers > 0 {
        notes.push("one name has a number that the other lacks");
        score *= 0.92;
    }
    let lone_place = |words: &[Word<'_>], side: fn(&Pair) -> (usize, usize)| {
        words
            .iter()
            .enumerate()
            .any(|(index, word)| word.class == Class::Place && !paired(words, index, side))
    };
    if lone_place(left.words, |pair| pair.left) && lone_place(right.words, |pair| pair.right) {
        notes.push("places differ");
        score *= 0.85;
    }
    let numbers_agree = pairs
        .iter()
        .any(|pair| left.words[pair.left.0].class == Class::Number);
    if brands.is_empty() {
        let synonyms = pairs.iter().any(|pair| pair.similarity < 1.0);
        if conflict + extra > 0.15 && !(numbers_agree && sums.matched > 1.0) {
            notes.push("only common words agree");
            score = score.min(0.60);
        } else if synonyms && sums.matched < 0.75 {
            notes.push("only common words, and not the same ones");
            score = score.min(0.70);
        }
    }
    if let [pair] = brands[..]
        && pair.similarity < 1.0
        && (pair.left.1, pair.right.1) == (1, 1)
    {
        let (first, second) = (&left.words[pair.left.0], &right.words[pair.right.0]);
        let latin = first.flags | second.flags == 0;
        let others: f32 = pairs.iter().map(|pair| pair.weight).sum::<f32>() - pair.weight;
        // With a place or an institution word beside it, a slip is likelier.
        let least = if others > 0.5 { 0.79 } else { 0.83 };
        let short = latin && first.text.len().max(second.text.len()) <= 5;
        if pair.similarity < least || pair.similarity < 1.0 && pair.similarity > 0.94 && short {
            notes.push("the only telling word is spelt differently");
            score = score.min(0.66);
        }
    }
    // Legal forms: the same proves nothing; a different one is weak evidence; "company" alone is no form.
    let company = 1u8 << 2;
    let (left_legal, right_legal) = (left.legal & !company, right.legal & !company);
    if left_legal != 0 && right_legal != 0 && left_legal & right_legal == 0 {
        notes.push("legal forms differ");
        let words = left.words.len().max(right.words.len());
        score *= if single && words <= 1 { 0.80 } else { 0.95 };
    } else if left_legal != right_legal {
        score *= if single && left.words.len().max(right.words.len()) <= 1 {
            0.96
        } else {
            0.99
        };
    } else if left.normalised != right.normalised {
        score *= 0.998;
    }
    // A single common word ("Elite") is the name of many.
    if left.words.len() == 1
        && right.words.len() == 1
        && pairs.iter().any(|pair| pair.weight < 0.66)
    {
        notes.push("a single common word");
        score = score.min(0.74);
    }
    score
}

fn craft(
    sums: &Sums,
    left: Side<'_>,
    right: Side<'_>,
    pairs: &[Pair],
    notes: &mut Vec<&'static str>,
) -> f32 {
    let mut score = organisation(sums, left, right, pairs, notes);
    let telling = |words: &[Word<'_>]| words.iter().filter(|word| word.weight > 0.1).count();
    if telling(left.words) <= 1 || telling(right.words) <= 1 {
        let exact =
            pairs.iter().any(|pair| pair.similarity >= 1.0) && sums.conflict() + sums.extra() < 0.1;
        let rare = pairs.iter().any(|pair| pair.weight > 0.8);
        notes.push("one-word name of a vessel or aircraft");
        score = match (exact, rare) {
            (true, true) => score.min(0.86),
            (true, false) => score.min(0.70),
            (false, _) => score.min(0.5),
        };
    } else if pairs.iter().any(|pair| pair.similarity < 0.9) {
        score *= 0.93;
    }
    score
}

/// Greedy alignment, best pairs first; joined words are tried as well. For the few words of a name it is as good as an
/// optimal one, and each step can be shown.
fn align(left: &[Word<'_>], right: &[Word<'_>], view: View) -> Vec<Pair> {
    let mut candidates: Vec<Pair> = Vec::new();
    for (i, first) in left.iter().enumerate() {
        for (j, second) in right.iter().enumerate() {
            let similarity = similarity(first, second, view);
            if similarity >= LEAST_SIMILARITY {
                let weight = (first.weight + second.weight) / 2.0;
                candidates.push(Pair {
                    left: (i, 1),
                    right: (j, 1),
                    similarity,
                    weight,
                });
            }
        }
    }
    for (i, word) in left.iter().enumerate() {
        for (j, length, similarity) in joined(word, right) {
            let weight = join_weight(word, &right[j..j + length]);
            candidates.push(Pair {
                left: (i, 1),
                right: (j, length),
                similarity,
                weight,
            });
        }
    }
    for (j, word) in right.iter().enumerate() {
        for (i, length, similarity) in joined(word, left) {
            let weight = join_weight(word, &left[i..i + length]);
            candidates.push(Pair {
                left: (i, length),
                right: (j, 1),
                similarity,
                weight,
            });
        }
    }
    let value = |pair: &Pair| pair.similarity * pair.similarity * pair.weight.max(0.01);
    candidates.sort_by(|a, b| {
        value(b)
            .total_cmp(&value(a))
            .then(
                a.left
                    .0
                    .abs_diff(a.right.0)
                    .cmp(&b.left.0.abs_diff(b.right.0)),
            )
            .then(a.left.cmp(&b.left))
            .then(a.right.cmp(&b.right))
    });
    let mut taken = (0u64, 0u64);
    let mask = |(start, length): (usize, usize)| ((1u64 << length) - 1) << start.min(60);
    let mut pairs = Vec::new();
    for pair in candidates {
        let (l, r) = (mask(pair.left), mask(pair.right));
        if taken.0 & l == 0 && taken.1 & r == 0 {
            taken = (taken.0 | l, taken.1 | r);
            pairs.push(pair);
        }
    }
    pairs.sort_by_key(|pair| pair.left);
    pairs
}

fn join_weight(word: &Word<'_>, parts: &[Word<'_>]) -> f32 {
    let parts: f32 = parts.iter().map(|part| part.weight).sum();
    (word.weight + parts) / 2.0
}

/// Two or three neighbours that together make one word of the other name: "van der bilt", "Jong un", "good will".
fn joined(word: &Word<'_>, others: &[Word<'_>]) -> Vec<(usize, usize, f32)> {
    let mut found = Vec::new();
    if word.text.len() < 4 || word.class == Class::Number {
        return found;
    }
    if word.flags & SEMITIC != 0 || others.iter().any(|other| other.flags & SEMITIC != 0) {
        return joined_semitic(word, others);
    }
    for start in 0..others.len() {
        let mut length = others[start].text.len();
        if length > word.text.len() + 2 {
            continue;
        }
        if others[start].text.as_bytes().first() != word.text.as_bytes().first()
            && others[start].key.as_bytes().first() != word.key.as_bytes().first()
        {
            continue;
        }
        for count in 2..=3 {
            let Some(next) = others.get(start + count - 1) else {
                break;
            };
            length += next.text.len();
            if next.class == Class::Number || length > word.text.len() + 3 {
                break;
            }
            if length + 3 < word.text.len() {
                continue;
            }
            let exact_script = !others[start..start + count]
                .iter()
                .chain([word])
                .any(|w| w.flags & (HAN | HANGUL) != 0);
            let together: String = others[start..start + count]
                .iter()
                .map(|other| other.text)
                .collect();
            if together == word.text {
                found.push((start, count, 0.98));
                continue;
            }
            let together_key = key(&together);
            let word_key = key(word.text);
            if together_key == word_key {
                found.push((start, count, 0.95));
            } else if word_key.len() >= 6
                && exact_script
                && distance(&together_key, &word_key, 1).is_some()
            {
                found.push((start, count, 0.82));
            }
        }
    }
    found
}

/// Arabic and Hebrew spellings of a name part in two words ("Ghiyath al-Din", "Nur Mohammad") that Latin joins.
fn joined_semitic(word: &Word<'_>, others: &[Word<'_>]) -> Vec<(usize, usize, f32)> {
    let mut found = Vec::new();
    let of_script = |word: &Word<'_>| word.flags & SEMITIC != 0;
    for count in 2..=3 {
        for (start, window) in others.windows(count).enumerate() {
            if window.iter().all(of_script) == of_script(word) {
                continue;
            }
            let length: usize = window.iter().map(|other| other.text.len()).sum();
            let (short, long) = if of_script(word) {
                (word.text.len(), length)
            } else {
                (length, word.text.len())
            };
            if long + 2 < short || long > short * 2 + 2 {
                continue;
            }
            let together: String = window.iter().map(|other| other.text).collect();
            let (written, latin) = if of_script(word) {
                (word.text, together.as_str())
            } else {
                (&*together, word.text)
            };
            let consonants = semitic_skeleton(written)
                .len()
                .min(semitic_skeleton(latin).len());
            if consonants >= 3 {
                let similarity = 0.93 - 0.24 * semitic_misfit(written, latin);
                if similarity >= 0.75 {
                    found.push((start, count, similarity));
                }
            }
        }
    }
    found
}

fn legal_names(legal: u8) -> String {
    let names: Vec<&str> = (0..8)
        .filter(|bit| legal & (1 << bit) != 0)
        .map(|bit| LEXICON.legal_class_name(bit))
        .collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(" ")
    }
}

/// A word as the explanation shows it.
fn shown(word: &Word<'_>) -> String {
    if word.flags & SEMITIC != 0 {
        word.text.replace('x', "h")
    } else {
        word.text.to_owned()
    }
}

/// The alignment in words, for the explanation.
pub(crate) fn explain(left: Side<'_>, right: Side<'_>, result: &NameScore) -> Vec<String> {
    let text = |words: &[Word<'_>], (start, length): (usize, usize)| {
        words[start..start + length]
            .iter()
            .map(shown)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut lines = Vec::new();
    for pair in &result.pairs {
        let (first, second) = (text(left.words, pair.left), text(right.words, pair.right));
        let class = match left.words[pair.left.0].class {
            Class::Core => "",
            Class::Generic => ", institution word",
            Class::Place => ", place",
            Class::Number => ", number",
            Class::Given => ", given name",
            Class::Patronymic => ", patronymic",
            Class::Particle => ", particle",
            Class::Title => ", title",
            Class::Initial => ", initial",
        };
        lines.push(if first == second {
            format!("\"{first}\" agrees (weight {:.2}{class})", pair.weight)
        } else {
            format!(
                "\"{first}\" reads as \"{second}\" ({:.2} alike, weight {:.2}{class})",
                pair.similarity, pair.weight
            )
        });
    }
    let rest = |words: &[Word<'_>], side: fn(&Pair) -> (usize, usize)| {
        let free: Vec<String> = words
            .iter()
            .enumerate()
            .filter(|(index, _)| {
                !result.pairs.iter().any(|pair| {
                    let (start, length) = side(pair);
                    (start..start + length).contains(index)
                })
            })
            .map(|(_, word)| shown(word))
            .collect();
        free.join(" ")
    };
    for (which, rest) in [
        ("query", rest(left.words, |pair| pair.left)),
        ("listed", rest(right.words, |pair| pair.right)),
    ] {
        if !rest.is_empty() {
            lines.push(format!("only in the {which} name: \"{rest}\""));
        }
    }
    if left.legal != 0 || right.legal != 0 {
        let (first, second) = (legal_names(left.legal), legal_names(right.legal));
        lines.push(format!("legal form: {first} / {second}"));
    }
    lines.extend(result.notes.iter().map(|note| (*note).to_owned()));
    lines
}
