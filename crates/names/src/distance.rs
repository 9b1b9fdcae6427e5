//! Edit distance of two short words with a budget: insertions, deletions, substitutions and swaps of neighbours.

/// Longest word that is compared letter by letter; of longer ones, the beginning.
const LONGEST: usize = 40;

/// Optimal string alignment distance, or `None` if it is above `budget`. Symmetric.
pub(crate) fn distance(left: &str, right: &str, budget: usize) -> Option<usize> {
    distance_of_bytes(left.as_bytes(), right.as_bytes(), budget)
}

/// The same for text that has not been checked to be text.
pub(crate) fn distance_of_bytes(left: &[u8], right: &[u8], budget: usize) -> Option<usize> {
    let left = &left[..left.len().min(LONGEST)];
    let right = &right[..right.len().min(LONGEST)];
    if left.len().abs_diff(right.len()) > budget {
        return None;
    }
    let shared = left.iter().zip(right).take_while(|(l, r)| l == r).count();
    let (left, right) = (&left[shared..], &right[shared..]);
    let tail = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take_while(|(l, r)| l == r)
        .count();
    let (left, right) = (&left[..left.len() - tail], &right[..right.len() - tail]);
    if left.is_empty() || right.is_empty() {
        let distance = left.len().max(right.len());
        return (distance <= budget).then_some(distance);
    }
    let mut before_last = [0usize; LONGEST + 1];
    let mut last = [0usize; LONGEST + 1];
    let mut current = [0usize; LONGEST + 1];
    for (column, cell) in last.iter_mut().enumerate() {
        *cell = column;
    }
    for row in 1..=left.len() {
        current[0] = row;
        let mut best = row;
        for column in 1..=right.len() {
            let same = left[row - 1] == right[column - 1];
            let mut cell = (last[column - 1] + usize::from(!same))
                .min(last[column] + 1)
                .min(current[column - 1] + 1);
            if row > 1
                && column > 1
                && left[row - 1] == right[column - 2]
                && left[row - 2] == right[column - 1]
            {
                cell = cell.min(before_last[column - 2] + 1);
            }
            current[column] = cell;
            best = best.min(cell);
        }
        if best > budget {
            return None;
        }
        before_last = last;
        last = current;
    }
    let distance = last[right.len()];
    (distance <= budget).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_edits_within_the_budget() {
        let check = |left: &str, right: &str, budget, expect| {
            assert_eq!(distance(left, right, budget), expect, "{left} {right}");
        };
        check("lavrov", "lavrov", 0, Some(0));
        check("scholz", "schloz", 1, Some(1));
        check("walmart", "wallmart", 1, Some(1));
        check("merkel", "mercaz", 2, None);
        check("", "ab", 2, Some(2));
        check("kitten", "sitting", 3, Some(3));
    }

    proptest! {
        #[test]
        fn is_symmetric(left in "[a-e]{0,12}", right in "[a-e]{0,12}", budget in 0usize..5) {
            prop_assert_eq!(distance(&left, &right, budget), distance(&right, &left, budget));
        }
    }
}
