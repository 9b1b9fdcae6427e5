//! From examples to a model: rarity of features, weights, pruning, and probabilities that can be trusted.

use std::borrow::Cow;
use std::collections::HashMap;

use goods::classifier::{KNOTS, Language, Model, Trained, TrainedFeature, features, vector};

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
    let (entries, cost) = match language {
        Language::Russian => (400_000, 0.5),
        Language::English => (380_000, 0.5),
        Language::Chinese => (300_000, 1.5),
        Language::Vietnamese => (250_000, 1.0),
        Language::Parts => (150_000, 1.0),
    };
    Settings {
        cost,
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
    if code >= 10_000 {
        code / 10_000
    } else {
        code / 100
    }
}

/// Trains on the given examples; the probabilities are not yet calibrated.
pub(crate) fn trained(examples: &[&Example], language: Language) -> Trained {
    let settings = settings(language);
    // How many texts have a feature, and how many that count.
    let mut frequency: HashMap<u32, (u32, f32)> = HashMap::new();
    let mut texts = 0.0f32;
    for example in examples {
        let share = if example.fifth.is_some() {
            1.0
        } else {
            LEARNT_SHARE
        };
        texts += share;
        let mut found = features(&example.text, language);
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
    // The commonest first, so that their weights lie together in memory.
    hashes.sort_unstable_by_key(|hash| (std::cmp::Reverse(frequency[hash].0), *hash));
    let rarities: Vec<f32> = hashes
        .iter()
        .map(|hash| ((1.0 + texts) / (1.0 + frequency[hash].1)).ln() + 1.0)
        // As coarse as the file has it, so that training sees what use will see.
        .map(|rarity| (rarity * 16.0).round() / 16.0)
        .collect();
    let places: HashMap<u32, usize> = hashes
        .iter()
        .enumerate()
        .map(|(at, hash)| (*hash, at))
        .collect();

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
        model
            .line(hashes.len())
            .iter()
            .map(|weight| weight * scale)
            .collect()
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
        worth: KNOTS,
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
) -> Vec<TrainedFeature> {
    let lines = |at: usize| {
        let headings = by_heading.line(at).iter().copied();
        headings.chain(
            by_chapter
                .line(at)
                .iter()
                .map(|weight| weight * settings.chapter),
        )
    };
    let mut sizes: Vec<f32> = Vec::new();
    for (at, rarity) in rarities.iter().enumerate() {
        sizes.extend(
            lines(at)
                .map(|weight| weight.abs() * rarity)
                .filter(|size| *size > 0.02),
        );
    }
    let least = if sizes.len() > settings.entries {
        let (_, least, _) = sizes.select_nth_unstable_by(settings.entries, |a, b| b.total_cmp(a));
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
            TrainedFeature {
                hash: *hash,
                rarity: *rarity,
                weights: kept,
            }
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
            let at = trained
                .headings
                .binary_search_by_key(&code, |heading| heading.0)
                .ok();
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
                Some((
                    probabilities(margins, steepness)[at],
                    trained.headings[at].2,
                ))
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
    trained.worth = worth(trained, &judged, &probabilities);
    trained.confusions = confusions(trained, &judged, &probabilities);
}

/// Headings that every stretch between knots is taken to have seen before any, as right as their probability says.
const PRIOR_HEADINGS: f64 = 3.0;

/// What probabilities are worth: how often a heading is right whose probability looks like this, never falling.
fn worth(
    trained: &Trained,
    judged: &[(Vec<f32>, Option<usize>, u32)],
    probabilities: &dyn Fn(&[f32], f32) -> Vec<f32>,
) -> [f32; KNOTS.len()] {
    // Stretches from zero to the first knot and from knot to knot: how many, how probable, how many right.
    let mut stretches = vec![(0.0f64, 0.0f64, 0.0f64); KNOTS.len()];
    for (margins, truth, _) in judged {
        for (at, own) in probabilities(margins, trained.steepness).iter().enumerate() {
            let mixed = (1.0 - trained.chance) * own + trained.chance * trained.headings[at].2;
            let stretch = KNOTS.iter().take_while(|knot| **knot <= mixed).count();
            let stretch = &mut stretches[stretch.min(KNOTS.len() - 1)];
            stretch.0 += 1.0;
            stretch.1 += f64::from(mixed);
            stretch.2 += f64::from(u8::from(*truth == Some(at)));
        }
    }
    let mut low = 0.0f64;
    let mut pools: Vec<(f64, f64, f64)> = Vec::new();
    for ((count, sum, right), high) in stretches.into_iter().zip(KNOTS) {
        let middle = (low + f64::from(high)) / 2.0;
        low = f64::from(high);
        let mut pool = (
            count + PRIOR_HEADINGS,
            sum + PRIOR_HEADINGS * middle,
            right + PRIOR_HEADINGS * middle,
        );
        // Pool adjacent violators.
        while let Some(last) = pools.last()
            && last.2 / last.0 > pool.2 / pool.0
        {
            pool = (pool.0 + last.0, pool.1 + last.1, pool.2 + last.2);
            pools.pop();
        }
        pools.push(pool);
    }
    let points: Vec<(f64, f64)> = pools
        .iter()
        .map(|(count, sum, right)| (sum / count, right / count))
        .collect();
    KNOTS.map(|knot| {
        let knot = f64::from(knot);
        let after = points.partition_point(|point| point.0 < knot);
        let value = match (after.checked_sub(1).map(|at| points[at]), points.get(after)) {
            (Some(before), Some(after)) => {
                let part = (knot - before.0) / (after.0 - before.0);
                before.1 + part * (after.1 - before.1)
            }
            (Some(before), None) => before.1,
            (None, Some(after)) => after.1 * knot / after.0,
            (None, None) => knot,
        };
        value as f32
    })
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
    let place = |chapter: u32| {
        trained
            .chapters
            .binary_search_by_key(&chapter, |known| known.0)
            .ok()
    };
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
        let Some(truth) = place(*chapter) else {
            continue;
        };
        let mut pointed = vec![0.0f32; size];
        for (own, at) in probabilities(margins, trained.steepness)
            .iter()
            .zip(&of_heading)
        {
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
