//! What a model makes of a text.

use std::borrow::Cow;
use std::sync::LazyLock;

use model::HsCode;

use super::features::{Vector, vector};
use super::language::{Language, language};
use super::table::Model;
use crate::control::{newer_codes, older_codes};

/// Headings that a text points to, of [`Language::digits`] digits.
#[derive(Debug, Clone, PartialEq)]
pub struct Headings {
    /// The model that read the text.
    pub language: Language,
    /// The best, at most five, best first: digits and probability.
    likely: Vec<(String, f32)>,
    /// Codes as numbers, ascending, with probability and whether a text of the training had them.
    all: Vec<(u32, f32, bool)>,
    /// Chapters with the probability that goods of this text are declared there.
    chapters: Vec<(u32, f32)>,
    reliable: bool,
}

/// Guesses that [`Headings::likely`] holds at most.
const MOST_LIKELY: usize = 5;

/// Share of a text's words that the model must know before its probabilities mean something.
const KNOWN_SHARE: f32 = 0.5;

/// A part number is a word of its own: of its letters and of its maker, this much must be known. Length of the known
/// features as a vector.
const KNOWN_OF_PART: f32 = 10.0;

impl Headings {
    /// The best guesses, at most five, best first: the digits of the code and its probability, 0 to 1.
    pub fn likely(&self) -> &[(String, f32)] {
        &self.likely
    }

    /// Probability that the text is of the declared heading, under any edition of the Harmonized System. None where no
    /// text that the model learnt from was declared there, or where fewer digits are declared than the model tells.
    pub fn probability_of(&self, hs: &HsCode) -> Option<f32> {
        let digits = self.language.digits();
        let declared = hs.as_str().get(..digits)?;
        let mut sum = None;
        let mut seen: Vec<u32> = Vec::new();
        let editions = hs
            .hs6()
            .into_iter()
            .flat_map(newer_codes)
            .chain(older_codes(hs.as_str()));
        for code in std::iter::once(declared).chain(editions.filter_map(|code| code.get(..digits)))
        {
            let Ok(code) = code.parse::<u32>() else {
                continue;
            };
            if seen.contains(&code) {
                continue;
            }
            seen.push(code);
            if let Ok(at) = self.all.binary_search_by_key(&code, |known| known.0)
                && self.all[at].2
            {
                sum = Some(sum.unwrap_or(0.0) + self.all[at].1);
            }
        }
        sum
    }

    /// Whether the model knows enough of the text's words for the probabilities to mean something. Vague texts are
    /// known well and still say little: their probabilities are spread.
    pub fn reliable(&self) -> bool {
        self.reliable
    }
}

/// How surprising the declared code is, given the text: -log10 of the probability that goods of such a text are
/// declared in that chapter, ordinary miscoding counted in.
///
/// Ordinary miscoding takes a neighbouring heading, or a chapter that the chapter of the goods is often taken for; how
/// often which is part of the model. So a heading beside the true one is no surprise, a code far from the text is. 0
/// to 4; `bench hs` says how rare each value is for the codes that texts are really declared under. None where the text
/// is not [`reliable`](Headings::reliable) or no text of the training was of that chapter.
pub fn text_surprise(headings: &Headings, declared: &HsCode) -> Option<f64> {
    if !headings.reliable {
        return None;
    }
    let chapter: u32 = declared.hs2().parse().ok()?;
    let at = headings
        .chapters
        .binary_search_by_key(&chapter, |known| known.0)
        .ok()?;
    let heading = headings.probability_of(declared).unwrap_or(0.0);
    let likely = headings.chapters[at].1.max(heading).max(1e-4);
    Some(-f64::from(likely).log10().min(0.0))
}

impl Model {
    /// Margins of the headings for a text, before they become probabilities, and what was known of it. None where
    /// nothing was.
    pub fn margins(&self, language: Language, text: &str) -> Option<(Vec<f32>, Vector)> {
        let vector = vector(text, language, |hash| self.find(hash));
        if vector.known.is_empty() {
            return None;
        }
        let mut margins = self.constants().to_vec();
        for (feature, value) in &vector.known {
            self.add(*feature, value / vector.length, &mut margins);
        }
        let count = self.codes.len();
        for at in 0..count {
            margins[at] += margins[count + usize::from(self.chapter_of[at])];
        }
        margins.truncate(count);
        Some((margins, vector))
    }

    /// The headings that a text points to. None where the model knows nothing of it.
    pub fn headings(&self, language: Language, text: &str) -> Option<Headings> {
        let (margins, vector) = self.margins(language, text)?;
        Some(weigh(self, language, margins, &vector))
    }
}

/// Margins as probabilities.
fn weigh(model: &Model, language: Language, mut margins: Vec<f32>, vector: &Vector) -> Headings {
    let count = margins.len();
    let most = margins.iter().copied().fold(f32::MIN, f32::max);
    let mut sum = 0.0;
    for margin in &mut margins {
        *margin = ((*margin - most) * model.steepness).exp();
        sum += *margin;
    }
    let mut worth = 0.0;
    for (margin, share) in margins.iter_mut().zip(&model.shares) {
        *margin = model.worth((1.0 - model.chance) * *margin / sum + model.chance * share);
        worth += *margin;
    }
    let mut pointed = vec![0.0f32; model.chapters.len()];
    for (margin, chapter) in margins.iter_mut().zip(&model.chapter_of) {
        *margin /= worth;
        pointed[usize::from(*chapter)] += *margin;
    }
    let chapters = model.chapters.len();
    let mut declared = vec![0.0f32; chapters];
    for (row, share) in model.confusions.chunks_exact(chapters).zip(&pointed) {
        for (sum, confusion) in declared.iter_mut().zip(row) {
            *sum += share * confusion;
        }
    }
    let mut best: Vec<usize> = (0..count).collect();
    let by_probability = |a: &usize, b: &usize| margins[*b].total_cmp(&margins[*a]).then(a.cmp(b));
    if count > MOST_LIKELY {
        best.select_nth_unstable_by(MOST_LIKELY, by_probability);
        best.truncate(MOST_LIKELY);
    }
    best.sort_unstable_by(by_probability);
    let digits = language.digits();
    Headings {
        language,
        likely: best
            .into_iter()
            .map(|at| (format!("{:0digits$}", model.codes[at]), margins[at]))
            .collect(),
        all: (0..count)
            .map(|at| (model.codes[at], margins[at], model.shares[at] > 0.0))
            .collect(),
        chapters: model.chapters.iter().copied().zip(declared).collect(),
        reliable: if language == Language::Parts {
            vector.length >= KNOWN_OF_PART
        } else {
            vector.words_known >= KNOWN_SHARE
        },
    }
}

static MODELS: LazyLock<[Model; 5]> = LazyLock::new(|| {
    crate::table::WEIGHTS.map(|(name, bytes)| {
        // Part of the program: one that cannot be read is a broken build, which the tests would have shown.
        Model::read(Cow::Borrowed(bytes)).unwrap_or_else(|| panic!("embedded weights {name}"))
    })
});

/// The headings that a goods text points to. None for a text without letters, in a language that no model was trained
/// on, or of which the model knows nothing.
pub fn headings(text: &str) -> Option<Headings> {
    let language = language(text)?;
    let at = Language::ALL.iter().position(|known| *known == language)?;
    MODELS[at].headings(language, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(digits: &str) -> HsCode {
        digits.parse().unwrap()
    }

    #[test]
    fn embedded_weights_can_be_read() {
        assert_eq!(MODELS.len(), Language::ALL.len());
        for model in MODELS.iter() {
            assert!(model.codes.is_sorted());
            let chapters = model.chapters.len();
            for row in model.confusions.chunks_exact(chapters) {
                let sum: f32 = row.iter().sum();
                assert!((sum - 1.0).abs() < 0.01, "{sum}");
            }
        }
    }

    #[test]
    fn texts_point_to_their_headings() {
        for (text, language, begin) in [
            (
                "КЛАПАНЫ ЗАПОРНЫЕ СТАЛЬНЫЕ ДЛЯ ВОДОПРОВОДА",
                Language::Russian,
                "8481",
            ),
            (
                "БОЛТЫ С ШЕСТИГРАННОЙ ГОЛОВКОЙ СТАЛЬНЫЕ",
                Language::Russian,
                "7318",
            ),
            ("wooden bedroom furniture", Language::English, "9403"),
            ("Vít bằng thép, hàng mới 100%", Language::Vietnamese, "7318"),
            ("护手霜 滋润 保湿", Language::Chinese, "3304"),
            ("XC7K325T-2FFG900I XILINX", Language::Parts, "8542"),
        ] {
            let found = headings(text).unwrap();
            assert_eq!(found.language, language, "{text}");
            assert!(
                found.likely()[0].0.starts_with(begin),
                "{text}: {:?}",
                found.likely()
            );
            let sum: f32 = found.all.iter().map(|known| known.1).sum();
            assert!((sum - 1.0).abs() < 0.01, "{text}: {sum}");
        }
    }

    #[test]
    fn nothing_to_go_by_is_none() {
        for text in ["", "12345", "§§§", "ステンレス バルブ"] {
            assert_eq!(headings(text), None, "{text}");
        }
    }

    #[test]
    fn a_far_code_surprises_and_a_neighbour_does_not() {
        let found = headings("БОЛТЫ С ШЕСТИГРАННОЙ ГОЛОВКОЙ СТАЛЬНЫЕ ДЛЯ МАШИН").unwrap();
        assert!(found.reliable());
        let surprise = |digits: &str| text_surprise(&found, &code(digits)).unwrap();
        assert!(surprise("7318159008") < 0.5);
        assert!(surprise("7326") < 1.0);
        assert!(surprise("0303") > 2.0, "{}", surprise("0303"));
    }

    #[test]
    fn codes_of_other_editions_count_together() {
        let found = headings("BAT54 diode NEXPERIA")
            .or_else(|| headings("BAT54S NEXPERIA"))
            .unwrap();
        let of = |digits: &str| found.probability_of(&code(digits));
        assert_eq!(found.probability_of(&code("85")), None);
        if let (Some(old), Some(new)) = (of("854140"), of("854141")) {
            assert!(old >= new);
        }
    }

    #[test]
    fn broken_weights_are_refused() {
        let (_, bytes) = crate::table::WEIGHTS[1];
        assert!(Model::read(Cow::Borrowed(&bytes[..bytes.len() - 1])).is_none());
        assert!(Model::read(Cow::Borrowed(&bytes[..100])).is_none());
        assert!(Model::read(Cow::Borrowed(b"")).is_none());
        let mut changed = bytes.to_vec();
        let last = changed.len() - 2;
        changed[last] = 255;
        assert!(Model::read(Cow::Owned(changed)).is_none());
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text in ".{0,200}") {
            if let Some(found) = headings(&text) {
                proptest::prop_assert!(found.likely().iter().all(|guess| (0.0..=1.0).contains(&guess.1)));
            }
        }
    }
}
