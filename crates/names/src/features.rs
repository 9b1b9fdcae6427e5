//! What an alignment says, as numbers that [`crate::model`] weighs: how much agrees and how rare it is, what each side has
//! that the other lacks, what is alike but not the same, and the shapes that tell two parties with one name apart.
//!
//! Everything here is symmetric in the two names.

use crate::align::Pair;
use crate::analyse::{Class, HAN, HANGUL, SEMITIC};
use crate::lexicon::LEXICON;
use crate::word::{Kind, Side, Word};

/// A feature, by its number in [`Features`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Feature {
    /// 1.
    Base,
    /// Logarithm of the agreeing weight.
    Agreement,
    /// Part of the telling words that stands against another telling word.
    Conflict,
    /// Part of the telling words that only one side has.
    Extra,
    /// The same for institution words.
    CommonConflict,
    CommonExtra,
    /// A telling word on one side, an institution word or place on the other.
    MixedConflict,
    /// Both have a place that the other lacks; one has.
    PlaceConflict,
    PlaceExtra,
    /// Numbers differ; one side has a number.
    NumberConflict,
    NumberExtra,
    /// How unlike the aligned telling words are, by weight; the worst of them; the other words.
    Unlike,
    Worst,
    CommonUnlike,
    /// Weight of the heaviest telling word that agrees with a similarity of 0.93 or more.
    Rare,
    /// Two or more telling words agree; three or more.
    Two,
    Three,
    /// No telling word agrees; and something differs beside.
    NoneTelling,
    NoneTellingRest,
    /// One telling word agrees, and not to the letter.
    OneUnlike,
    /// That word is short; is long; begins with another letter.
    OneShort,
    OneLong,
    FirstLetter,
    /// Legal forms differ; only one side has one; the same for names of a single word.
    LegalConflict,
    LegalExtra,
    LegalConflictAlone,
    LegalExtraAlone,
    /// Words stand in another order; were joined or split.
    Moved,
    Joined,
    /// Part of the agreement between a script that writes sounds otherwise (Arabic, Hebrew, Chinese, Korean) and Latin.
    Script,
    /// Single words whose word is common.
    CommonAlone,
    /// Persons: the only part that agrees. Names of one word, equal or only alike (organisations: equal).
    OnePart,
    AloneEqual,
    AloneAlike,
    /// Persons: both have a patronymic, and they differ; only one has one.
    PatronymicConflict,
    PatronymicExtra,
    /// Persons: both have a given name that the other lacks.
    GivenConflict,
    /// Persons: initials differ; an initial stands for a name.
    InitialConflict,
    InitialFor,
    /// Persons: how common the agreeing parts are; the same when a part is missing besides.
    CommonParts,
    CommonPartsExtra,
    /// Persons: child and parent exchanged; the first of a chain of names is missing; the last.
    Exchanged,
    FirstMissing,
    LastMissing,
    /// Both have a telling word that the other lacks.
    Against,
    /// Names of East Asia: conflict, extra part, unlike.
    EastConflict,
    EastExtra,
    EastUnlike,
}

/// Number of features.
pub(crate) const FEATURES: usize = Feature::EastUnlike as usize + 1;

/// Names of the features, in order, as `data/weights.tsv` and explanations write them.
pub(crate) const NAMES: [&str; FEATURES] = [
    "base",
    "agreement",
    "conflict",
    "extra",
    "common-conflict",
    "common-extra",
    "mixed-conflict",
    "place-conflict",
    "place-extra",
    "number-conflict",
    "number-extra",
    "unlike",
    "worst",
    "common-unlike",
    "rare",
    "two",
    "three",
    "none-telling",
    "none-telling-rest",
    "one-unlike",
    "one-short",
    "one-long",
    "first-letter",
    "legal-conflict",
    "legal-extra",
    "legal-conflict-alone",
    "legal-extra-alone",
    "moved",
    "joined",
    "script",
    "common-alone",
    "one-part",
    "alone-equal",
    "alone-alike",
    "patronymic-conflict",
    "patronymic-extra",
    "given-conflict",
    "initial-conflict",
    "initial-for",
    "common-parts",
    "common-parts-extra",
    "exchanged",
    "first-missing",
    "last-missing",
    "against",
    "east-conflict",
    "east-extra",
    "east-unlike",
];

/// Values by feature.
pub(crate) type Features = [f32; FEATURES];

/// Features of two names under an alignment.
pub(crate) fn features(left: &Side<'_>, right: &Side<'_>, pairs: &[Pair], kind: Kind) -> Features {
    let mut values = [0.0; FEATURES];
    values[Feature::Base as usize] = 1.0;
    let of_left = Rest::of(left.words, pairs.iter().map(|pair| pair.left));
    let of_right = Rest::of(right.words, pairs.iter().map(|pair| pair.right));
    let sums = Agreement::of(left.words, right.words, pairs);
    let mut set = |feature: Feature, value: f32| values[feature as usize] = value;
    set(Feature::Agreement, (0.3 + sums.matched).ln());
    let scale = sums.matched + 0.4;
    let against = |a: f32, b: f32| (a.min(b) / scale, (a - b).abs() / scale);
    let (conflict, extra) = against(of_left.telling, of_right.telling);
    set(Feature::Conflict, conflict.min(2.0));
    set(
        Feature::Against,
        flag(of_left.telling.min(of_right.telling) > 0.3),
    );
    set(Feature::Extra, extra.min(2.0));
    let (common_conflict, common_extra) = against(of_left.common, of_right.common);
    set(Feature::CommonConflict, common_conflict.min(2.0));
    set(Feature::CommonExtra, common_extra.min(2.0));
    let all = (of_left.telling + of_left.common + of_left.place)
        .min(of_right.telling + of_right.common + of_right.place)
        / scale;
    set(
        Feature::MixedConflict,
        (all - conflict - common_conflict).clamp(0.0, 2.0),
    );
    let places = (of_left.place > 0.0, of_right.place > 0.0);
    set(Feature::PlaceConflict, flag(places.0 && places.1));
    set(Feature::PlaceExtra, flag(places.0 != places.1));
    let numbers = (of_left.numbers > 0, of_right.numbers > 0);
    set(Feature::NumberConflict, flag(numbers.0 && numbers.1));
    set(Feature::NumberExtra, flag(numbers.0 != numbers.1));
    set(Feature::Unlike, sums.unlike / sums.telling.max(0.2));
    set(Feature::Worst, sums.worst);
    set(Feature::CommonUnlike, sums.common_unlike / scale);
    set(Feature::Rare, sums.rare);
    set(Feature::Two, flag(sums.parts >= 2));
    set(Feature::Three, flag(sums.parts >= 3));
    set(Feature::Script, sums.script / scale);
    let moved = pairs
        .windows(2)
        .filter(|two| two[0].right.0 > two[1].right.0)
        .count();
    set(Feature::Moved, moved.min(3) as f32 / 3.0);
    let joined = pairs.iter().any(|pair| pair.left.1 + pair.right.1 > 2);
    set(Feature::Joined, flag(joined));
    let telling = |words: &[Word<'_>]| words.iter().filter(|word| word.weight > 0.1).count();
    let single = telling(left.words).max(telling(right.words)) <= 1;
    if kind == Kind::Person {
        person(&mut values, left, right, pairs, &sums, &of_left, &of_right);
        return values;
    }
    let rest = (of_left.all() - of_right.all()).abs() / scale + all;
    set(Feature::NoneTelling, flag(sums.parts == 0));
    if sums.parts == 0 {
        set(Feature::NoneTellingRest, rest.min(1.0));
    }
    if sums.parts == 1 && sums.worst > 0.0 {
        set(Feature::OneUnlike, sums.worst);
        set(Feature::OneShort, flag(sums.shortest <= 5));
        set(Feature::OneLong, flag(sums.shortest >= 8));
        set(Feature::FirstLetter, flag(sums.first_letter));
    }
    let company = LEXICON.company_bit();
    let (left_legal, right_legal) = (left.legal & !company, right.legal & !company);
    if left_legal != 0 && right_legal != 0 {
        let differ = left_legal & right_legal == 0;
        set(Feature::LegalConflict, flag(differ));
        set(Feature::LegalConflictAlone, flag(differ && single));
    } else if left_legal != right_legal {
        set(Feature::LegalExtra, 1.0);
        set(Feature::LegalExtraAlone, flag(single));
    }
    if single {
        let weight = pairs.iter().map(|pair| pair.weight).fold(0.0, f32::max);
        set(Feature::CommonAlone, (1.1 - weight).clamp(0.0, 1.0));
        set(
            Feature::AloneEqual,
            flag(sums.parts > 0 && sums.worst <= 0.03),
        );
    }
    values
}

fn flag(value: bool) -> f32 {
    f32::from(u8::from(value))
}

/// Words of one side that have no counterpart, in weights.
#[derive(Debug, Default)]
struct Rest {
    telling: f32,
    common: f32,
    place: f32,
    patronymic: f32,
    given: f32,
    numbers: usize,
    initials: usize,
}

impl Rest {
    fn of(words: &[Word<'_>], taken: impl Iterator<Item = (usize, usize)>) -> Rest {
        let mut free = if words.len() >= 64 {
            u64::MAX
        } else {
            (1u64 << words.len()) - 1
        };
        for (start, count) in taken {
            free &= !(((1u64 << count) - 1) << start.min(60));
        }
        let mut rest = Rest::default();
        for (index, word) in words.iter().enumerate() {
            if free & (1 << index.min(63)) == 0 {
                continue;
            }
            match word.class {
                Class::Core => rest.telling += word.weight,
                Class::Given => {
                    rest.telling += word.weight;
                    rest.given += word.weight;
                }
                Class::Generic => rest.common += word.weight,
                Class::Place => rest.place += word.weight,
                Class::Number => rest.numbers += 1,
                Class::Patronymic => rest.patronymic += word.weight,
                Class::Initial => rest.initials += 1,
                Class::Particle | Class::Title => {}
            }
        }
        rest
    }

    fn all(&self) -> f32 {
        self.telling + self.common + self.place + self.patronymic
    }
}

/// What the aligned words say, in weights.
#[derive(Debug, Default)]
struct Agreement {
    matched: f32,
    /// Weight of the aligned telling words, and how much of it is unlike.
    telling: f32,
    unlike: f32,
    worst: f32,
    common_unlike: f32,
    rare: f32,
    script: f32,
    parts: usize,
    shortest: usize,
    first_letter: bool,
}

impl Agreement {
    fn of(left: &[Word<'_>], right: &[Word<'_>], pairs: &[Pair]) -> Agreement {
        let mut sums = Agreement {
            shortest: usize::MAX,
            ..Agreement::default()
        };
        for pair in pairs {
            let (first, second) = (&left[pair.left.0], &right[pair.right.0]);
            sums.matched += pair.weight * pair.similarity;
            let unlike = pair.weight * (1.0 - pair.similarity);
            if is_telling(first) && is_telling(second) && pair.weight >= 0.3 {
                sums.telling += pair.weight;
                sums.unlike += unlike;
                sums.parts += pair.left.1.max(pair.right.1);
                sums.worst = sums.worst.max(1.0 - pair.similarity);
                sums.shortest = sums.shortest.min(first.text.len().min(second.text.len()));
                sums.first_letter |= first.key.as_bytes().first() != second.key.as_bytes().first()
                    && first.text.as_bytes().first() != second.text.as_bytes().first();
                if pair.similarity >= 0.93 {
                    sums.rare = sums
                        .rare
                        .max(pair.weight / (pair.left.1.max(pair.right.1) as f32));
                }
                if (first.flags ^ second.flags) & (SEMITIC | HAN | HANGUL) != 0 {
                    sums.script += pair.weight;
                }
            } else {
                sums.common_unlike += unlike;
            }
        }
        sums
    }
}

fn is_telling(word: &Word<'_>) -> bool {
    matches!(word.class, Class::Core | Class::Given | Class::Patronymic)
}

/// A part of a person's name that is not a particle, title or initial.
pub(crate) fn is_part(word: &Word<'_>) -> bool {
    matches!(
        word.class,
        Class::Core | Class::Given | Class::Patronymic | Class::Generic | Class::Place
    )
}

/// How many parts of two persons' names agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parts {
    /// One or none, though one side has more.
    One,
    /// One, and neither side has more.
    Alone,
    Several,
}

/// Counts the parts that agree; an initial that stands for a name counts for one.
pub(crate) fn agreeing_parts(left: &[Word<'_>], right: &[Word<'_>], pairs: &[Pair]) -> Parts {
    let parts = |words: &[Word<'_>]| words.iter().filter(|word| is_part(word)).count();
    let mut agreeing = 0;
    let mut initials = false;
    for pair in pairs {
        let (first, second) = (&left[pair.left.0], &right[pair.right.0]);
        if is_part(first) && is_part(second) {
            agreeing += pair.left.1.max(pair.right.1);
        } else if is_part(first) || is_part(second) {
            initials |= first.class == Class::Initial || second.class == Class::Initial;
        }
    }
    if agreeing > 1 || agreeing == 1 && initials {
        Parts::Several
    } else if parts(left).max(parts(right)) > 1 {
        Parts::One
    } else {
        Parts::Alone
    }
}

fn person(
    values: &mut Features,
    left: &Side<'_>,
    right: &Side<'_>,
    pairs: &[Pair],
    sums: &Agreement,
    of_left: &Rest,
    of_right: &Rest,
) {
    let mut set = |feature: Feature, value: f32| values[feature as usize] = value;
    match agreeing_parts(left.words, right.words, pairs) {
        Parts::One => set(Feature::OnePart, 1.0),
        Parts::Alone if sums.parts > 0 && sums.worst <= 0.03 => set(Feature::AloneEqual, 1.0),
        Parts::Alone => set(Feature::AloneAlike, 1.0),
        Parts::Several => {}
    }
    let patronymics = (of_left.patronymic > 0.0, of_right.patronymic > 0.0);
    set(
        Feature::PatronymicConflict,
        flag(patronymics.0 && patronymics.1),
    );
    set(
        Feature::PatronymicExtra,
        flag(patronymics.0 != patronymics.1),
    );
    set(
        Feature::GivenConflict,
        flag(of_left.given > 0.0 && of_right.given > 0.0),
    );
    set(
        Feature::InitialConflict,
        flag(of_left.initials > 0 && of_right.initials > 0),
    );
    let initial = |pair: &&Pair| {
        (left.words[pair.left.0].class == Class::Initial)
            != (right.words[pair.right.0].class == Class::Initial)
    };
    set(
        Feature::InitialFor,
        pairs.iter().filter(initial).count().min(2) as f32 / 2.0,
    );
    let scale = sums.matched + 0.4;
    let common = (2.2 - sums.matched).clamp(0.0, 2.2);
    set(Feature::CommonParts, common);
    let extra = (of_left.telling - of_right.telling).abs() / scale;
    set(Feature::CommonPartsExtra, common * extra.min(2.0));
    set(
        Feature::Exchanged,
        flag(exchanged(left.words, right.words, pairs)),
    );
    match missing(left.words, right.words, pairs) {
        Some(Missing::First) => set(Feature::FirstMissing, 1.0),
        Some(Missing::Last) => set(Feature::LastMissing, 1.0),
        None => {}
    }
    if east_asian(left.words) || east_asian(right.words) {
        let conflict = of_left.telling.min(of_right.telling) / scale;
        set(Feature::EastConflict, conflict.min(2.0));
        set(Feature::EastExtra, extra.min(2.0));
        set(Feature::EastUnlike, sums.unlike / sums.telling.max(0.2));
    }
}

/// Written in an East Asian script, or three short syllables like a Korean or Chinese name in Latin letters.
fn east_asian(words: &[Word<'_>]) -> bool {
    words.iter().any(|word| word.flags & (HAN | HANGUL) != 0)
        || words.len() == 3
            && words
                .iter()
                .all(|word| word.text.len() <= 5 && word.class == Class::Core)
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
                .all(|word| word.text.len() <= 5 && is_part(word))
    };
    if (east_asian(left) || east_asian(right)) && short(left) && short(right) && pairs.len() == 3 {
        let order: Vec<usize> = (0..3).filter_map(partner).collect();
        // The family name may stand first or last; then the given names keep their order.
        return order.len() == 3 && !matches!(order[..], [0, 1, 2] | [1, 2, 0] | [2, 0, 1]);
    }
    false
}

enum Missing {
    First,
    Last,
}

/// Whether what one name lacks is the first part of the other (a child and its parent: "Khamis Muammar Qadhafi" and
/// "Muammar Qadhafi") or the last. A middle name may be missing without harm.
fn missing(left: &[Word<'_>], right: &[Word<'_>], pairs: &[Pair]) -> Option<Missing> {
    let names = |words: &[Word<'_>]| -> Vec<usize> {
        (0..words.len())
            .filter(|index| is_part(&words[*index]))
            .collect()
    };
    let (of_left, of_right) = (names(left), names(right));
    let left_longer = of_left.len() > of_right.len();
    let (long, short, long_words) = if left_longer {
        (&of_left, &of_right, left)
    } else {
        (&of_right, &of_left, right)
    };
    if long.len() <= short.len() || short.len() < 2 {
        return None;
    }
    let partner = |index: usize| {
        pairs.iter().find_map(|pair| {
            let (from, to) = if left_longer {
                (pair.left, pair.right)
            } else {
                (pair.right, pair.left)
            };
            (from.0..from.0 + from.1).contains(&index).then_some(to.0)
        })
    };
    let partners: Vec<Option<usize>> = long.iter().map(|index| partner(*index)).collect();
    if partners.iter().flatten().count() < short.len() {
        return None;
    }
    let kept: Vec<usize> = partners.iter().flatten().copied().collect();
    let in_order = kept.windows(2).all(|two| two[0] <= two[1]);
    // "AL-TIKRITI Saja Barzan Ibrahim": the family name may lead the longer name.
    let family_first = long_words[long[0]].class != Class::Given
        && partners[0].is_some_and(|to| to == short[0] || Some(&to) == short.last());
    match partners.iter().position(Option::is_none) {
        Some(0) if in_order => Some(Missing::First),
        Some(1) if family_first && long.len() >= 4 && !in_order => Some(Missing::First),
        Some(1) if family_first && long.len() >= 5 => Some(Missing::First),
        Some(index) if index + 1 == long.len() && in_order => Some(Missing::Last),
        _ => None,
    }
}
