//! How good and how fast the shipped models are.

use syntax::learning::{Analysis, Model};

use super::data::Sentence;

/// What was right.
#[derive(Default)]
pub(crate) struct Score {
    tokens: usize,
    upos: usize,
    tags: usize,
    lemmas: usize,
    heads: usize,
    labelled: usize,
    base: usize,
    /// From raw text: tokens found, tokens found right, and of these labelled right.
    found: usize,
    aligned: usize,
    aligned_labelled: usize,
    aligned_upos: usize,
}

impl Score {
    /// Of a model on gold tokens; where `raw` says how many misses to print, of the shipped model on raw text as well.
    pub(crate) fn of(model: &Model, sentences: &[Sentence], raw: Option<usize>) -> Score {
        let mut score = Score::default();
        let mut shown = 0;
        for sentence in sentences {
            let found = model.analyse(&sentence.words);
            score.add_gold_tokens(model, sentence, &found);
            if let Some(show) = raw {
                score.add_raw(sentence, show > shown, &mut shown);
            }
        }
        score
    }

    fn add_gold_tokens(&mut self, model: &Model, sentence: &Sentence, found: &Analysis) {
        for at in 0..sentence.words.len() {
            self.tokens += 1;
            self.upos += usize::from(found.upos[at] == sentence.upos[at]);
            self.tags += usize::from(found.tags[at] == sentence.tags[at]);
            let lemma = model.lemmas().lemma(&sentence.forms[at], found.tags[at]);
            self.lemmas += usize::from(lemma == sentence.lemmas[at]);
            if found.heads[at] == sentence.heads[at] {
                self.heads += 1;
                let (own, gold) = (found.relations[at], sentence.relations[at]);
                self.labelled += usize::from(own == gold);
                self.base += usize::from(own.base() == gold.base());
            }
        }
    }

    fn add_raw(&mut self, sentence: &Sentence, show: bool, shown: &mut usize) {
        // Where the gold tokens stand; in a contraction whose parts are not in the text, nowhere.
        let mut at = 0;
        let mut spans = Vec::new();
        for form in &sentence.forms {
            let rest = &sentence.text[at..];
            let start = at + rest.len() - rest.trim_start().len();
            if sentence.text[start..].starts_with(form.as_str()) {
                at = start + form.len();
                spans.push(start..at);
            } else {
                spans.push(usize::MAX..usize::MAX);
            }
        }
        let tree = syntax::parse(&sentence.text, 0..sentence.text.len());
        self.found += tree.tokens.len();
        let gold_of = |token: &syntax::Token<'_>| spans.iter().position(|span| *span == token.span);
        let golds: Vec<Option<usize>> = tree.tokens.iter().map(gold_of).collect();
        if show && golds.iter().any(Option::is_none) {
            *shown += 1;
            let lost: Vec<&str> = tree
                .tokens
                .iter()
                .zip(&golds)
                .filter(|(_, gold)| gold.is_none())
                .map(|(token, _)| token.text)
                .collect();
            eprintln!("{lost:?} in {}", sentence.text);
        }
        for (token, gold) in tree.tokens.iter().zip(&golds) {
            let Some(gold) = *gold else { continue };
            self.aligned += 1;
            self.aligned_upos += usize::from(token.upos == sentence.upos[gold]);
            let head = token
                .head
                .map_or(Some(sentence.words.len()), |head| golds[head]);
            let right = head == Some(sentence.heads[gold] as usize)
                && token.relation == sentence.relations[gold];
            self.aligned_labelled += usize::from(right);
        }
    }

    pub(crate) fn row(&self, name: &str) -> String {
        let of = |count: usize| format!("{:.3}", count as f64 / self.tokens.max(1) as f64);
        let f1 = |count: usize| {
            format!(
                "{:.3}",
                2.0 * count as f64 / (self.tokens + self.found).max(1) as f64
            )
        };
        let cells = [
            name.to_owned(),
            self.tokens.to_string(),
            of(self.upos),
            of(self.tags),
            of(self.lemmas),
            of(self.heads),
            of(self.labelled),
            of(self.base),
            f1(self.aligned),
            f1(self.aligned_upos),
            f1(self.aligned_labelled),
        ];
        format!("| {} |", cells.join(" | "))
    }
}
