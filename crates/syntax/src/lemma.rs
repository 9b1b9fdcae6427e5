//! Dictionary forms: a table of what rules do not tell, learnt from the treebanks, and rules.

use std::borrow::Cow;

use crate::names::Tag;

/// Words and their dictionary forms.
#[derive(Debug, Default)]
pub struct Lemmas {
    /// Group, form and dictionary form, sorted by the first two.
    irregular: Vec<(u8, &'static str, &'static str)>,
    /// Known dictionary forms of verbs, sorted, and of nouns.
    known: [Vec<&'static str>; 2],
}

/// Tags that are treated alike: a form has one dictionary form in each.
pub fn lemma_group(tag: Tag) -> u8 {
    match tag {
        Tag::Vbd | Tag::Vbn => b'd',
        Tag::Vbg => b'g',
        Tag::Vbz => b'z',
        Tag::Vb | Tag::Vbp | Tag::Md => b'v',
        Tag::Nns => b's',
        Tag::Nnp | Tag::Nnps | Tag::Fw => b'p',
        Tag::Jj | Tag::Jjr | Tag::Jjs | Tag::Rb | Tag::Rbr | Tag::Rbs => b'j',
        Tag::Prp | Tag::PrpS => b'i',
        Tag::Pos => b'o',
        _ => b'x',
    }
}

impl Lemmas {
    /// Reads the table: lines of a group, a form and a dictionary form, then a line for verbs and one for nouns.
    pub fn read(text: &'static str) -> Lemmas {
        let mut lemmas = Lemmas::default();
        for line in text.lines() {
            let mut cells = line.split('\t');
            let (Some(group), Some(form)) = (cells.next(), cells.next()) else {
                continue;
            };
            match (group, cells.next()) {
                ("verbs", _) => lemmas.known[0] = form.split(' ').collect(),
                ("nouns", _) => lemmas.known[1] = form.split(' ').collect(),
                (_, Some(lemma)) => {
                    let group = group.bytes().next().unwrap_or_default();
                    lemmas.irregular.push((group, form, lemma));
                }
                _ => {}
            }
        }
        lemmas.irregular.sort_unstable();
        for known in &mut lemmas.known {
            known.sort_unstable();
        }
        lemmas
    }

    /// The dictionary form.
    pub fn lemma<'t>(&self, form: &'t str, tag: Tag) -> Cow<'t, str> {
        let group = lemma_group(tag);
        if group == b'p' {
            return Cow::Borrowed(form);
        }
        let lower: Cow<'t, str> =
            if form.contains(['’', 'ʼ', '‘']) || form.chars().any(char::is_uppercase) {
                let straight = form.replace(['’', 'ʼ', '‘'], "'");
                Cow::Owned(straight.to_lowercase())
            } else {
                Cow::Borrowed(form)
            };
        let place = self
            .irregular
            .binary_search_by(|(known, known_form, _)| (*known, *known_form).cmp(&(group, &lower)));
        if let Ok(place) = place {
            return Cow::Borrowed(self.irregular[place].2);
        }
        self.by_rule(lower, group)
    }

    fn by_rule<'t>(&self, lower: Cow<'t, str>, group: u8) -> Cow<'t, str> {
        let [verbs, nouns] = &self.known;
        let found = match group {
            b'd' => lower
                .strip_suffix("ied")
                .map(|stem| (stem, "y"))
                .or_else(|| lower.strip_suffix("ed").map(|stem| restored(stem, verbs))),
            b'g' => lower.strip_suffix("ing").map(|stem| restored(stem, verbs)),
            b'z' => third_or_plural(&lower, verbs),
            b's' => third_or_plural(&lower, nouns),
            _ => None,
        };
        match found {
            Some((stem, end)) if !stem.is_empty() => {
                if end.is_empty()
                    && let Cow::Borrowed(form) = &lower
                {
                    return Cow::Borrowed(&form[..stem.len()]);
                }
                Cow::Owned(format!("{stem}{end}"))
            }
            _ => lower,
        }
    }
}

/// A stem without "s" or "es".
fn third_or_plural<'a>(form: &'a str, known: &[&str]) -> Option<(&'a str, &'static str)> {
    if let Some(stem) = form.strip_suffix("ies")
        && stem.len() > 1
    {
        return Some((stem, "y"));
    }
    let short = form.strip_suffix('s')?;
    if short.ends_with('s') || short.ends_with(['u', 'i']) {
        return None;
    }
    if let Some(stem) = short.strip_suffix('e') {
        let hisses = ["s", "x", "z", "ch", "sh"]
            .iter()
            .any(|end| stem.ends_with(end));
        let silent = known.binary_search(&short).is_ok()
            || (stem.ends_with('s') && !stem.ends_with("ss") && !known.contains(&stem));
        if hisses && !silent || stem.ends_with('o') && !known.contains(&short) {
            return Some((stem, ""));
        }
    }
    Some((short, ""))
}

/// A stem without "ed" or "ing", with its last letter undoubled or its "e" put back.
fn restored<'a>(stem: &'a str, verbs: &[&str]) -> (&'a str, &'static str) {
    let is_known = |verb: &str| verbs.binary_search(&verb).is_ok();
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u');
    let bytes = stem.as_bytes();
    if !stem.is_ascii() || bytes.len() < 2 {
        return (stem, "");
    }
    let mut with_e = [0u8; 32];
    if bytes.len() < with_e.len() {
        with_e[..bytes.len()].copy_from_slice(bytes);
        with_e[bytes.len()] = b'e';
        if let Ok(verb) = std::str::from_utf8(&with_e[..=bytes.len()])
            && is_known(verb)
            && !is_known(stem)
        {
            return (stem, "e");
        }
    }
    if is_known(stem) {
        return (stem, "");
    }
    let (last, before) = (bytes[bytes.len() - 1], bytes[bytes.len() - 2]);
    if last == before && !vowel(last) {
        let single = &stem[..stem.len() - 1];
        if is_known(single) || !matches!(last, b'l' | b's' | b'f' | b'z') {
            return (single, "");
        }
        return (stem, "");
    }
    // Rules for what nobody has seen.
    let consonants = |from: usize| bytes[..from].iter().all(|b| !vowel(*b) && *b != b'y');
    let silent = [
        "at", "iz", "is", "v", "c", "u", "ys", "bl", "pl", "dl", "tl", "gl", "ur", "ir", "rg", "dg",
    ]
    .iter()
    .any(|end| stem.ends_with(end))
        || (stem.ends_with('s') && !stem.ends_with("ss"))
        || (vowel(before)
            && !vowel(last)
            && !matches!(last, b'w' | b'x' | b'y')
            && consonants(bytes.len() - 2));
    (stem, if silent { "e" } else { "" })
}
