//! Clocks, memory and medians.

use std::time::{Duration, Instant};

use anyhow::Result;

/// Wall time of a call, with its result.
pub(crate) fn timed<T>(call: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let start = Instant::now();
    let value = call()?;
    Ok((value, start.elapsed()))
}

/// Middle of the values; of an even number the upper of both. Zero for none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The value that a share of the sorted values does not exceed. Zero for none.
pub(crate) fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = ((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}

/// Processor time of the calling thread. Other processes on the machine lengthen wall time, not this; where the system
/// does not tell, wall time since the first call stands in.
pub(crate) fn thread_cpu() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// A figure of this process's memory in MB by its name in the system's table; none where the system does not tell.
pub(crate) fn memory(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes / 1000)
}

/// [`memory`] as a cell.
pub(crate) fn memory_cell(name: &str) -> String {
    memory(name).map_or_else(
        || "unknown".to_owned(),
        |megabytes| format!("{megabytes} MB"),
    )
}

/// Most memory that this process has held, as a cell.
pub(crate) fn peak_memory_cell() -> String {
    memory_cell("VmHWM:")
}

/// The machine in words.
pub(crate) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let model = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            Some(line.split(':').nth(1)?.trim().to_owned())
        });
    format!(
        "{cores} cores, {}",
        model.as_deref().unwrap_or("model unknown")
    )
}

/// Seconds with a sensible number of digits.
pub(crate) fn seconds(value: f64) -> String {
    match value {
        v if v >= 1.0 => format!("{v:.1} s"),
        v if v >= 0.001 => format!("{:.1} ms", v * 1e3),
        v => format!("{:.0} µs", v * 1e6),
    }
}

/// Today's date, for the version of a generated table.
pub(crate) fn today() -> String {
    jiff::Timestamp::now()
        .to_string()
        .chars()
        .take(10)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_percentiles() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![]), 0.0);
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(
            (percentile(&hundred, 0.5), percentile(&hundred, 0.99)),
            (50.0, 99.0)
        );
        assert_eq!(percentile(&[7.0], 0.99), 7.0);
    }
}
