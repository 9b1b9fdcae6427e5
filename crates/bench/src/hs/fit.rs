//! From examples to a model: rarity of features, weights, pruning, and probabilities that can be trusted.

use std::borrow::Cow;
use std::collections::HashMap;

use goods::classifier::{Language, Model, Trained, features, vector};

use super::data::Example;
use super::svm::{Linear, Row, Sample, train};

/// What differs between models.
struct Settings {
    /// Penalty of a margin not kept; more fits the examples closer.
    cost: f32,
    /// Weight of the chapter's margin beside the heading's.
    chapter: f32,
    /// Weights that a model keeps.
    entries: usize,
}

fn settings(language: Language) -> Settings {
    let entries = match language {
        Language::Russian => 500_000,
        Language::English => 450_000,
        Language::Chinese => 400_000,
        Language::Vietnamese => 350_000,
        Language::Parts => 250_000,
    };
    Settings {
        cost: 0.5,
        chapter: 0.3,
        entries,
    }
}

/// A text learnt only from a nomenclature counts this much in how rare a feature is.
const LEARNT_SHARE: f32 = 0.2;

/// Code of an example as far as the model tells it.
pub(crate) fn code(example: &Example, language: Language) -> Option<u32> {
    example.code.get(..language.digits())?.parse().ok()
}

fn chapter(code: u32) -> u32 {
    if code >= 10_000 { code / 10_000 } else { code / 100 }
}

/// Trains on the given examples; the probabilities are not yet calibrated.
pub(crate) fn trained(examples: &[&Example], language: Language) -> Trained {
    let settings = settings(language);
    // How many texts have a feature, and how many that count.
    let mut frequency: HashMap<u32, (u32, f32)> = HashMap::new();
    let mut texts = 0.0f32;
    let mut found = Vec::new();
    for example in examples {
        let share = if example.fifth.is_some() { 1.0 } else { LEARNT_SHARE };
        texts += share;
        found.clear();
        features(&example.text, language, &mut found);
        found.sort_unstable_by_key(|feature| feature.hash);
        for same in found.chunk_by(|a, b| a.hash == b.hash) {
            let count = frequency.entry(same[0].hash).or_default();
            count.0 += 1;
            count.1 += share;
        }
    }
    let mut hashes: Vec<u32> = frequency
        .iter()
        .filter(|(_, count)| count.0 >= 2)
        .map(|(hash, _)| *hash)
        .collect();
    hashes.sort_unstable();
    let rarities: Vec<f32> = hashes
        .iter()
        .map(|hash| ((1.0 + texts) / (1.0 + frequency[hash].1)).ln() + 1.0)
        // As coarse as the file has it, so that training sees what use will see.
        .map(|rarity| (rarity * 16.0).round() / 16.0)
        .collect();
    let places: HashMap<u32, usize> = hashes.iter().enumerate().map(|(at, hash)| (*hash, at)).collect();

    let coded: Vec<(&Example, u32)> = examples
        .iter()
        .filter_map(|example| Some((*example, code(example, language)?)))
        .collect();
    let mut codes: Vec<u32> = coded.iter().map(|(_, code)| *code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut chapters: Vec<u32> = codes.iter().map(|code| chapter(*code)).collect();
    chapters.dedup();
    let place_of = |sorted: &[u32], value: u32| sorted.partition_point(|known| *known < value);

    let rows: Vec<Row> = coded
        .iter()
        .map(|(example, _)| {
            let vector = vector(&example.text, language, |hash| {
                places.get(&hash).map(|at| (*at, rarities[*at]))
            });
            let length = vector.length.max(1e-6);
            vector
                .known
                .iter()
                .map(|(at, value)| (*at as u32, value / length))
                .collect()
        })
        .collect();
    let samples = |class: &dyn Fn(u32) -> usize| -> Vec<Sample> {
        coded
            .iter()
            .zip(&rows)
            .filter(|(_, row)| !row.is_empty())
            .map(|((example, code), row)| Sample {
                row,
                class: class(*code) as u16,
                cost: settings.cost * example.weight,
            })
            .collect()
    };
    let by_heading = train(
        &samples(&|code| place_of(&codes, code)),
        hashes.len(),
        codes.len(),
    );
    let by_chapter = train(
        &samples(&|code| place_of(&chapters, chapter(code))),
        hashes.len(),
        chapters.len(),
    );

    let mut counts = vec![0.0f32; codes.len()];
    for (example, code) in &coded {
        if example.fifth.is_some() {
            counts[place_of(&codes, *code)] += 1.0;
        }
    }
    let all: f32 = counts.iter().sum::<f32>().max(1.0);
    let constants = |model: &Linear, scale: f32| -> Vec<f32> {
        model.line(hashes.len()).iter().map(|weight| weight * scale).collect()
    };
    let of_chapters = constants(&by_chapter, settings.chapter);
    Trained {
        headings: codes
            .iter()
            .zip(constants(&by_heading, 1.0))
            .zip(&counts)
            .map(|((code, constant), count)| (*code, constant, count / all))
            .collect(),
        confusions: identity(chapters.len()),
        chapters: chapters.into_iter().zip(of_chapters).collect(),
        steepness: 1.0,
        chance: 0.0,
        features: pruned(&hashes, &rarities, &by_heading, &by_chapter, &settings),
    }
}

fn identity(size: usize) -> Vec<f32> {
    (0..size * size)
        .map(|at| if at % (size + 1) == 0 { 1.0 } else { 0.0 })
        .collect()
}

/// The weights that matter most, by what they add to the margin of a text that has the feature. Features that keep
/// none are kept as known.
fn pruned(
    hashes: &[u32],
    rarities: &[f32],
    by_heading: &Linear,
    by_chapter: &Linear,
    settings: &Settings,
) -> Vec<(u32, f32, Vec<(u16, f32)>)> {
    let lines = |at: usize| {
        let headings = by_heading.line(at).iter().copied();
        headings.chain(by_chapter.line(at).iter().map(|weight| weight * settings.chapter))
    };
    let mut sizes: Vec<f32> = Vec::new();
    for (at, rarity) in rarities.iter().enumerate() {
        sizes.extend(lines(at).map(|weight| weight.abs() * rarity).filter(|size| *size > 0.02));
    }
    let least = if sizes.len() > settings.entries {
        let (_, least, _) =
            sizes.select_nth_unstable_by(settings.entries, |a, b| b.total_cmp(a));
        *least
    } else {
        0.02
    };
    hashes
        .iter()
        .zip(rarities)
        .enumerate()
        .map(|(at, (hash, rarity))| {
            let kept = lines(at)
                .enumerate()
                .filter(|(_, weight)| weight.abs() * rarity > least)
                .map(|(line, weight)| (line as u16, weight))
                .collect();
            (*hash, *rarity, kept)
        })
        .collect()
}

/// Steepnesses that are tried.
const STEEPNESSES: [f32; 16] = [
    2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0, 8.0, 9.0, 10.0, 12.0, 15.0,
];

/// Shares of chance that are tried.
const CHANCES: [f32; 8] = [0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2];

/// Sets what turns margins into probabilities from texts that the weights have not seen.
pub(crate) fn calibrate(trained: &mut Trained, language: Language, unseen: &[&Example]) {
    let Some(model) = Model::read(Cow::Owned(trained.to_bytes())) else {
        return;
    };
    let judged: Vec<(Vec<f32>, Option<usize>, u32)> = unseen
        .iter()
        .filter_map(|example| {
            let (margins, _) = model.margins(language, &example.text)?;
            let code = code(example, language)?;
            let at = trained.headings.binary_search_by_key(&code, |heading| heading.0).ok();
            Some((margins, at, chapter(code)))
        })
        .collect();
    let probabilities = |margins: &[f32], steepness: f32| -> Vec<f32> {
        let most = margins.iter().copied().fold(f32::MIN, f32::max);
        let powers: Vec<f32> = margins
            .iter()
            .map(|margin| ((margin - most) * steepness).exp())
            .collect();
        let sum: f32 = powers.iter().sum();
        powers.into_iter().map(|power| power / sum).collect()
    };
    let mut best = f64::MAX;
    for steepness in STEEPNESSES {
        let of_true: Vec<(f32, f32)> = judged
            .iter()
            .filter_map(|(margins, at, _)| {
                let at = (*at)?;
                Some((probabilities(margins, steepness)[at], trained.headings[at].2))
            })
            .collect();
        for chance in CHANCES {
            let loss: f64 = of_true
                .iter()
                .map(|(own, share)| {
                    -f64::from((1.0 - chance) * own + chance * share.max(1e-5)).ln()
                })
                .sum();
            if loss < best {
                best = loss;
                trained.steepness = steepness;
                trained.chance = chance;
            }
        }
    }
    trained.confusions = confusions(trained, &judged, &probabilities);
}

/// Texts that a row of confusions is taken to have seen before any: of its own chapter, and of all by their share.
const PRIOR_TEXTS: (f32, f32) = (3.0, 1.0);

/// For every chapter that texts point to, of which chapters such texts are.
fn confusions(
    trained: &Trained,
    judged: &[(Vec<f32>, Option<usize>, u32)],
    probabilities: &dyn Fn(&[f32], f32) -> Vec<f32>,
) -> Vec<f32> {
    let size = trained.chapters.len();
    let place = |chapter: u32| trained.chapters.binary_search_by_key(&chapter, |known| known.0).ok();
    let of_heading: Vec<usize> = trained
        .headings
        .iter()
        .map(|(code, ..)| place(chapter(*code)).unwrap_or_default())
        .collect();
    let mut shares = vec![0.0f32; size];
    for ((_, _, share), at) in trained.headings.iter().zip(&of_heading) {
        shares[*at] += share;
    }
    let mut counts = vec![0.0f32; size * size];
    for row in 0..size {
        for (count, share) in counts[row * size..][..size].iter_mut().zip(&shares) {
            *count = PRIOR_TEXTS.1 * (0.5 * share + 0.5 / size as f32);
        }
        counts[row * size + row] += PRIOR_TEXTS.0;
    }
    for (margins, _, chapter) in judged {
        let Some(truth) = place(*chapter) else { continue };
        let mut pointed = vec![0.0f32; size];
        for (own, at) in probabilities(margins, trained.steepness).iter().zip(&of_heading) {
            pointed[*at] += own;
        }
        for (at, own) in pointed.iter().enumerate() {
            counts[at * size + truth] += own;
        }
    }
    for row in counts.chunks_exact_mut(size) {
        let sum: f32 = row.iter().sum();
        for count in row {
            *count /= sum;
        }
    }
    counts
}
