//! Shares with their intervals, and who is found under a review budget.

/// `12/40 = 30.0 % (18.1–45.4)`: a share with its Wilson 95 % interval.
pub(super) fn share(found: usize, of: usize) -> String {
    if of == 0 {
        return "–".to_owned();
    }
    let (low, high) = wilson(found, of);
    format!(
        "{found}/{of} = {:.1} % ({:.0}–{:.0})",
        100.0 * found as f64 / of as f64,
        100.0 * low,
        100.0 * high
    )
}

/// Wilson's 95 % interval of a share.
pub(super) fn wilson(found: usize, of: usize) -> (f64, f64) {
    const Z: f64 = 1.959_964;
    if of == 0 {
        return (0.0, 1.0);
    }
    let n = of as f64;
    let p = found as f64 / n;
    let middle = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    (
        ((middle - spread) / whole).max(0.0),
        ((middle + spread) / whole).min(1.0),
    )
}

/// Bins of probability: how many rows, the mean probability, how many of them planted.
pub(super) struct Reliability {
    bins: Vec<(usize, f64, usize)>,
}

impl Reliability {
    pub(super) fn new() -> Self {
        Self {
            bins: vec![(0, 0.0, 0); 10],
        }
    }

    pub(super) fn add(&mut self, probability: f64, planted: bool) {
        let last = self.bins.len() - 1;
        let bin = &mut self.bins[((probability * 10.0) as usize).min(last)];
        bin.0 += 1;
        bin.1 += probability;
        bin.2 += usize::from(planted);
    }

    pub(super) fn print(&self) {
        println!("| probability | rows | mean probability | planted |\n|---|---:|---:|---:|");
        for (place, (rows, sum, planted)) in self.bins.iter().enumerate() {
            let mean = if *rows == 0 {
                "–".to_owned()
            } else {
                format!("{:.4}", sum / *rows as f64)
            };
            println!(
                "| {:.1} to {:.1} | {rows} | {mean} | {} |",
                place as f64 / 10.0,
                (place + 1) as f64 / 10.0,
                share(*planted, *rows)
            );
        }
        println!();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_wilsons() {
        // Known values: 32 of 60 is 53.3 % (40.9 to 65.4).
        let (low, high) = wilson(32, 60);
        assert!(
            (low - 0.409).abs() < 0.001 && (high - 0.654).abs() < 0.001,
            "{low} {high}"
        );
        assert_eq!(wilson(0, 0), (0.0, 1.0));
        assert_eq!(wilson(5, 5).1, 1.0);
    }
}
