//! Distributions on top of [`Dice`].

use crate::data::Dice;

impl Dice {
    /// A number in `[0, 1)`.
    pub(super) fn unit(&mut self) -> f64 {
        self.below(1 << 53) as f64 / (1u64 << 53) as f64
    }

    /// True with this probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Standard normal (Box and Muller).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Log-normal: the median, and the standard deviation of the natural logarithm.
    pub(super) fn log_normal(&mut self, median: f64, deviation: f64) -> f64 {
        median * (deviation * self.normal()).exp()
    }

    /// A whole number from `least` to `most`, both included.
    pub(super) fn between(&mut self, least: i32, most: i32) -> i32 {
        least + self.below((most - least + 1).max(1) as usize) as i32
    }

    /// A place in `0..sides` of which early ones come up far more often.
    pub(super) fn early(&mut self, sides: usize) -> usize {
        ((sides as f64 * self.unit().powf(2.2)) as usize).min(sides.saturating_sub(1))
    }
}

/// Items with how often each should come up.
pub(super) struct Weighted<T> {
    items: Vec<T>,
    /// Sums of the weights up to and with each item.
    sums: Vec<f64>,
}

impl<T> Weighted<T> {
    pub(super) fn new(weighted: impl IntoIterator<Item = (T, f64)>) -> Self {
        let mut sum = 0.0;
        let (items, sums) = weighted
            .into_iter()
            .filter(|(_, weight)| *weight > 0.0)
            .map(|(item, weight)| {
                sum += weight;
                (item, sum)
            })
            .unzip();
        Self { items, sums }
    }

    /// One of the items by weight; none of none.
    pub(super) fn pick(&self, dice: &mut Dice) -> Option<&T> {
        let at = dice.unit() * self.sums.last()?;
        let place = self.sums.partition_point(|sum| *sum <= at);
        self.items.get(place.min(self.items.len() - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_and_spreads_come_out() {
        let mut dice = Dice(1);
        let coin = Weighted::new([("heads", 3.0), ("tails", 1.0), ("edge", 0.0)]);
        let heads = (0..10_000)
            .filter(|_| coin.pick(&mut dice) == Some(&"heads"))
            .count();
        assert!((7_300..7_700).contains(&heads), "{heads}");
        let drawn: Vec<f64> = (0..10_000).map(|_| dice.normal()).collect();
        let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
        let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / drawn.len() as f64;
        assert!(
            mean.abs() < 0.05 && (variance - 1.0).abs() < 0.1,
            "{mean} {variance}"
        );
    }
}
