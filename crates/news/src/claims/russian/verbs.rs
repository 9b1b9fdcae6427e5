//! Forms of the verbs of `data/russian_verbs.csv`, made from their stems once.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::table::rows;

/// What a verb does in a story of supply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// Subject gives object to the dative or `в` phrase.
    Give,
    /// Subject gives the instrumental to its object.
    Arm,
    /// Subject gets object `из`, `от`, `у`.
    Get,
    /// Subject buys: done it is a transfer, planned a procurement.
    Buy,
    Make,
    Seek,
    /// Goods come.
    Move,
    /// "Meant for": only its `для` phrase counts.
    Meant,
    /// "Fell under sanctions".
    Fall,
    /// Announces sanctions or deliveries.
    Announce,
    Impose,
    List,
    Seize,
    Ban,
    Warn,
    Talk,
    Speech,
    Planned,
    Possible,
    Denied,
    Refuse,
    Stop,
    Aspect,
    Accuse,
    /// "Does not know whether".
    Know,
}

/// A form of a verb, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Past,
    /// Personal: the present of imperfective verbs, the future of perfective ones.
    Personal,
    Infinitive,
    /// Short passive: "поставлены".
    Short,
    /// "поставленный", "поставляемый".
    Passive,
    /// "поставивший", "поставляющий".
    Active,
    /// "поставив", "поставляя".
    Gerund,
}

/// A verb's form in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verb {
    pub(crate) what: What,
    pub(crate) form: Form,
    pub(crate) perfective: bool,
    /// "поставляются": the passive of a verb that is not reflexive by itself.
    pub(crate) reflexive: bool,
    /// Of the Ukrainian rows: "поставить" is an infinitive in Russian and a future here.
    pub(crate) ukrainian: bool,
}

impl Verb {
    pub(crate) fn is_passive(self) -> bool {
        self.reflexive || matches!(self.form, Form::Short | Form::Passive)
    }

    pub(crate) fn is_finite(self) -> bool {
        matches!(self.form, Form::Past | Form::Personal | Form::Short)
    }
}

const PERSONAL: [&str; 17] = [
    "ю", "у", "ешь", "ишь", "ет", "ит", "ем", "им", "ете", "ите", "ют", "ут", "ят", "ат", "аст",
    "адут", "адим",
];
const PERSONAL_UK: [&str; 14] = [
    "ю",
    "у",
    "є",
    "е",
    "ить",
    "ємо",
    "емо",
    "имо",
    "ють",
    "уть",
    "ять",
    "лять",
    "асть",
    "адуть",
];
const ADJECTIVE: [&str; 18] = [
    "ый", "ий", "ая", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему", "ым", "им", "ой", "ую",
    "ых", "их", "ими",
];
const ADJECTIVE_MORE: [&str; 9] = ["ыми", "юю", "ом", "ем", "ей", "а", "е", "і", "яя"];

fn what_named(word: &str) -> Option<What> {
    Some(match word {
        "give" => What::Give,
        "arm" => What::Arm,
        "get" => What::Get,
        "buy" => What::Buy,
        "make" => What::Make,
        "seek" => What::Seek,
        "move" => What::Move,
        "meant" => What::Meant,
        "fall" => What::Fall,
        "announce" => What::Announce,
        "impose" => What::Impose,
        "list" => What::List,
        "seize" => What::Seize,
        "ban" => What::Ban,
        "warn" => What::Warn,
        "talk" => What::Talk,
        "speech" => What::Speech,
        "planned" => What::Planned,
        "possible" => What::Possible,
        "denied" => What::Denied,
        "refuse" => What::Refuse,
        "stop" => What::Stop,
        "aspect" => What::Aspect,
        "accuse" => What::Accuse,
        "know" => What::Know,
        _ => return None,
    })
}

static FORMS: LazyLock<HashMap<String, Vec<Verb>>> = LazyLock::new(|| {
    let mut forms: HashMap<String, Vec<Verb>> = HashMap::new();
    let table = rows::<8>(include_str!("../../../data/russian_verbs.csv"));
    for [
        lemma,
        language,
        aspect,
        past,
        present,
        participle,
        what,
        extra,
    ] in table
    {
        let Some(what) = what_named(what) else {
            continue;
        };
        let perfective = aspect == "p";
        let ukrainian = language == "uk";
        let own_reflexive = lemma.ends_with("ся");
        let mut made: Vec<(String, Form, bool)> = Vec::new();
        let mut both = |text: String, form, vowel: bool| {
            let particle = if vowel { "сь" } else { "ся" };
            made.push((format!("{text}{particle}"), form, !own_reflexive));
            if vowel {
                made.push((format!("{text}ся"), form, !own_reflexive));
            }
            if !own_reflexive {
                made.push((text, form, false));
            }
        };
        both(
            lemma.trim_end_matches("ся").to_string(),
            Form::Infinitive,
            ukrainian,
        );
        let mut plain: Vec<(String, Form)> = Vec::new();
        if !past.is_empty() {
            if ukrainian {
                both(format!("{past}в"), Form::Past, false);
            } else {
                both(format!("{past}л"), Form::Past, false);
                both(format!("{past}в"), Form::Gerund, false);
            }
            for ending in ["ла", "ло", "ли"] {
                both(format!("{past}{ending}"), Form::Past, true);
            }
            for ending in ADJECTIVE {
                both(format!("{past}вш{ending}"), Form::Active, false);
            }
        }
        if !present.is_empty() {
            let endings: &[&str] = if ukrainian { &PERSONAL_UK } else { &PERSONAL };
            for ending in endings {
                let vowel = ending.ends_with(['ю', 'у', 'е']);
                both(format!("{present}{ending}"), Form::Personal, vowel);
            }
            if !perfective && !ukrainian {
                both(format!("{present}я"), Form::Gerund, true);
                for ending in ADJECTIVE {
                    for suffix in ["ющ", "ущ", "ящ", "ащ"] {
                        both(format!("{present}{suffix}{ending}"), Form::Active, false);
                    }
                    for suffix in ["ем", "им"] {
                        plain.push((format!("{present}{suffix}{ending}"), Form::Passive));
                    }
                }
            }
        }
        if !participle.is_empty() {
            for ending in ["", "а", "о", "ы"] {
                plain.push((format!("{participle}{ending}"), Form::Short));
            }
            let stem = if ukrainian {
                participle.to_string()
            } else {
                format!("{participle}н")
            };
            for ending in ADJECTIVE.iter().chain(&ADJECTIVE_MORE) {
                plain.push((format!("{stem}{ending}"), Form::Passive));
            }
        }
        for (form, name) in extra.split('|').filter_map(|cell| cell.split_once('=')) {
            let form_named = match name {
                "past" => Form::Past,
                _ => Form::Personal,
            };
            plain.push((form.to_string(), form_named));
        }
        let plain = plain.into_iter().map(|(text, form)| (text, form, false));
        for (text, form, reflexive) in made.into_iter().chain(plain) {
            let verb = Verb {
                what,
                form,
                perfective,
                reflexive,
                ukrainian,
            };
            let known = forms.entry(text).or_default();
            if !known.contains(&verb) {
                known.push(verb);
            }
        }
    }
    forms
});

/// Readings of a word (lower case, ё as е) as a verb. A verb that is reflexive by itself goes first.
pub(crate) fn readings(lower: &str) -> &'static [Verb] {
    FORMS.get(lower).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_made_from_stems() {
        for (word, what, form) in [
            ("поставил", What::Give, Form::Past),
            ("поставляет", What::Give, Form::Personal),
            ("передадут", What::Give, Form::Personal),
            ("поставлены", What::Give, Form::Short),
            ("поставленных", What::Give, Form::Passive),
            ("продававшему", What::Give, Form::Active),
            ("опровергли", What::Denied, Form::Past),
            ("отказалась", What::Refuse, Form::Past),
            ("відмовилася", What::Refuse, Form::Past),
            ("може", What::Possible, Form::Personal),
            ("постачає", What::Give, Form::Personal),
        ] {
            assert!(
                readings(word)
                    .iter()
                    .any(|verb| (verb.what, verb.form) == (what, form)),
                "{word}: {:?}",
                readings(word)
            );
        }
        assert!(readings("л").is_empty());
    }
}
