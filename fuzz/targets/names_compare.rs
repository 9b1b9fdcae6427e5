//! Two names, any bytes: `schema letter<TAB>left<TAB>right`. Comparing them never panics, gives the same score from both
//! sides, within bounds; normalising twice changes nothing.
#![no_main]

use interdict_fuzz::schema;
use libfuzzer_sys::fuzz_target;
use names::{BALANCED, compare, normalise};

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(3, |byte| *byte == b'\t');
    let schema = schema(parts.next().and_then(|part| part.first().copied()));
    let mut text = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (left, right) = (text(), text());
    for name in [&left, &right] {
        let once = normalise(name);
        assert_eq!(normalise(&once), once, "normalise is idempotent");
    }
    let found = compare(schema, &left, &right);
    let other = compare(schema, &right, &left);
    assert_eq!(found.score, other.score, "symmetric");
    assert_eq!(found.probability, other.probability, "symmetric");
    assert!((0.0..=1.0).contains(&found.score), "score {}", found.score);
    assert!(
        (0.0..=1.0).contains(&found.probability),
        "probability {}",
        found.probability
    );
    assert_eq!(found.is_match, found.score >= BALANCED);
    if found.score == 1.0 {
        // A name with "a.k.a." or a slash is several names, and one of them may be the other side's.
        let (left, right) = (normalise(&left), normalise(&right));
        assert!(
            left.split(' ')
                .any(|word| right.split(' ').any(|other| other == word)),
            "1 only for names that share a word: {left:?}, {right:?}"
        );
    }
});
