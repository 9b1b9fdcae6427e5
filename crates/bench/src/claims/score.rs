//! Scores claims against gold: the figures of the shared `claim_score.py`.

use model::{Claim, Factuality};
use news::claims::{Gold, same_name};

use super::annotations::Document;

/// Counts over documents.
#[derive(Debug, Default, Clone)]
pub(crate) struct Score {
    gold: usize,
    predicted: usize,
    matched: usize,
    factuality: usize,
    strict: usize,
    /// Matched claims whose gold is weaker than an assertion, and those of them that came out as one.
    risky: usize,
    flips: usize,
    slots: [Slot; 4],
    /// Gold by predicted factuality, in the order of [`FACTUALITIES`].
    pub(crate) confusion: [[usize; 7]; 7],
}

/// Gold found, gold, predictions right, predictions.
#[derive(Debug, Default, Clone, Copy)]
struct Slot {
    found: usize,
    gold: usize,
    right: usize,
    predicted: usize,
}

impl Slot {
    fn add(&mut self, gold: &[String], predicted: &[String]) -> bool {
        let (found, right) = overlap(gold, predicted);
        self.found += found;
        self.gold += gold.len();
        self.right += right;
        self.predicted += predicted.len();
        if gold.is_empty() {
            predicted.is_empty()
        } else {
            found == gold.len() && right == predicted.len()
        }
    }

    fn f1(&self) -> f64 {
        harmonic(
            share(self.right, self.predicted),
            share(self.found, self.gold),
        )
    }
}

fn overlap(gold: &[String], predicted: &[String]) -> (usize, usize) {
    let hit = |name: &String, among: &[String]| among.iter().any(|other| same_name(name, other));
    (
        gold.iter().filter(|name| hit(name, predicted)).count(),
        predicted.iter().filter(|name| hit(name, gold)).count(),
    )
}

#[allow(clippy::cast_precision_loss, reason = "counts of claims")]
pub(crate) fn share(part: usize, of: usize) -> f64 {
    if of == 0 {
        0.0
    } else {
        part as f64 / of as f64
    }
}

fn harmonic(a: f64, b: f64) -> f64 {
    if a + b == 0.0 {
        0.0
    } else {
        2.0 * a * b / (a + b)
    }
}

/// In the order of the confusion table.
pub(crate) const FACTUALITIES: [Factuality; 7] = [
    Factuality::Asserted,
    Factuality::Reported,
    Factuality::Possible,
    Factuality::NotObserved,
    Factuality::Denied,
    Factuality::Unknown,
    Factuality::Planned,
];

/// Which claim stands for which gold one: equal event, quotes that overlap by 0.3 at least, best first, one to one.
pub(crate) fn matches(gold: &[Gold], claims: &[Claim]) -> Vec<Option<usize>> {
    let mut pairs = Vec::new();
    for (g, expected) in gold.iter().enumerate() {
        for (p, claim) in claims.iter().enumerate() {
            let shared = claim
                .end
                .min(expected.quote.end)
                .saturating_sub(claim.start.max(expected.quote.start));
            let all = claim.end.max(expected.quote.end) - claim.start.min(expected.quote.start);
            let overlap = share(shared, all);
            if claim.event == expected.event && overlap >= 0.3 {
                pairs.push((overlap, g, p));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(b.2.cmp(&a.2)));
    let mut of_gold = vec![None; gold.len()];
    let mut used = vec![false; claims.len()];
    for (_, g, p) in pairs {
        if of_gold[g].is_none() && !used[p] {
            of_gold[g] = Some(p);
            used[p] = true;
        }
    }
    of_gold
}

impl Score {
    pub(crate) fn add(&mut self, document: &Document, claims: &[Claim]) {
        self.gold += document.gold.len();
        self.predicted += claims.len();
        for (gold, claim) in document.gold.iter().zip(matches(&document.gold, claims)) {
            let Some(claim) = claim.map(|index| &claims[index]) else {
                continue;
            };
            self.matched += 1;
            let place = |wanted: Factuality| {
                FACTUALITIES
                    .iter()
                    .position(|known| *known == wanted)
                    .unwrap_or(0)
            };
            self.confusion[place(gold.factuality)][place(claim.factuality)] += 1;
            let sure = gold.factuality == claim.factuality;
            self.factuality += usize::from(sure);
            if !matches!(gold.factuality, Factuality::Asserted | Factuality::Reported) {
                self.risky += 1;
                self.flips += usize::from(claim.factuality == Factuality::Asserted);
            }
            let names = |actors: &[model::Actor]| -> Vec<String> {
                actors.iter().map(|actor| actor.name.clone()).collect()
            };
            let supplier = self.slots[0].add(&gold.supplier, &names(&claim.supplier));
            let recipient = self.slots[1].add(&gold.recipient, &names(&claim.recipient));
            self.slots[2].add(&gold.source, &claim.source);
            let goods: Vec<String> = claim.goods.iter().map(|goods| goods.text.clone()).collect();
            self.slots[3].add(&gold.goods, &goods);
            self.strict += usize::from(sure && supplier && recipient);
        }
    }

    pub(crate) fn precision(&self) -> f64 {
        share(self.matched, self.predicted)
    }

    pub(crate) fn recall(&self) -> f64 {
        share(self.matched, self.gold)
    }

    pub(crate) fn f1(&self) -> f64 {
        harmonic(self.precision(), self.recall())
    }

    /// Cells of a row: gold, claims, precision, recall, F1, factuality, supplier, recipient, source, goods, strict F1,
    /// flips.
    pub(crate) fn cells(&self) -> String {
        let [supplier, recipient, source, goods] = self.slots.map(|slot| slot.f1());
        format!(
            "{} | {} | {:.3} | {:.3} | **{:.3}** | {:.3} | {supplier:.3} | {recipient:.3} | {source:.3} | {goods:.3} | **{:.3}** | {} of {}",
            self.gold,
            self.predicted,
            self.precision(),
            self.recall(),
            self.f1(),
            share(self.factuality, self.matched),
            share(2 * self.strict, self.gold + self.predicted),
            self.flips,
            self.risky,
        )
    }
}
