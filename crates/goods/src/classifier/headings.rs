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

/// Length of what is known of a text, before it is brought to one: below it, next to nothing is.
const KNOWN_LENGTH: f32 = 4.0;

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
        let editions = hs.hs6().into_iter().flat_map(newer_codes).chain(older_codes(hs.as_str()));
        for code in std::iter::once(declared).chain(editions.filter_map(|code| code.get(..digits))) {
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

/// How surprising the declared code is, given the text: -log10 of the probability that goods of this text are declared
/// in that chapter or under that heading, ordinary miscoding counted in. Ordinary miscoding takes a neighbouring
/// heading, or a chapter that the chapter of the goods is often taken for; a code far from the text is rarer than
/// that. 0 to 4; 2 and more is rare. None where the text is not [`reliable`](Headings::reliable) or the chapter is unknown to the model.
pub fn text_surprise(headings: &Headings, declared: &HsCode) -> Option<f64> {
    if !headings.reliable {
        return None;
    }
    let chapter: u32 = declared.hs2().parse().ok()?;
    let at = headings.chapters.binary_search_by_key(&chapter, |known| known.0).ok()?;
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
    let mut pointed = vec![0.0f32; model.chapters.len()];
    for (at, margin) in margins.iter_mut().enumerate() {
        *margin = (1.0 - model.chance) * *margin / sum + model.chance * model.shares[at];
        pointed[usize::from(model.chapter_of[at])] += *margin;
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
        reliable: vector.words_known >= KNOWN_SHARE && vector.length >= KNOWN_LENGTH,
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
