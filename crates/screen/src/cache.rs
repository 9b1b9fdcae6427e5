//! Answers kept from batch to batch: the same party or text is looked up once for as long as it keeps coming.
//!
//! Bounded: answers live in two generations. When the young one is full it becomes the old one, and what the old one
//! held and nobody asked for since is gone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Digest of what an answer depends on.
pub(crate) type Key = [u8; 16];

/// Digest of parts. Equal only if every part is; a colliding pair would take some 2⁶⁴ tries to make.
pub(crate) fn key(parts: &[Option<&str>]) -> Key {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        match part {
            None => hasher.update(&u64::MAX.to_le_bytes()),
            Some(text) => hasher
                .update(&(text.len() as u64).to_le_bytes())
                .update(text.as_bytes()),
        };
    }
    let mut key = [0; 16];
    key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    key
}

/// A bounded map from keys to shared answers.
pub(crate) struct Cache<V> {
    generations: Mutex<Generations<V>>,
    /// Most answers of one generation.
    most: usize,
}

struct Generations<V> {
    young: HashMap<Key, Arc<V>>,
    old: HashMap<Key, Arc<V>>,
}

impl<V> Cache<V> {
    /// Holds between `most` and twice as many answers once it is full.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            generations: Mutex::new(Generations {
                young: HashMap::new(),
                old: HashMap::new(),
            }),
            most,
        }
    }

    /// Answers to all keys, those that are not held yet made by `make` on all cores; equal keys are made once.
    pub(crate) fn answers<'a, I: Copy + Send + Sync + 'a>(
        &self,
        asked: impl Iterator<Item = (Key, I)>,
        make: impl Fn(I) -> V + Sync,
    ) -> HashMap<Key, Arc<V>>
    where
        V: Send + Sync,
    {
        use rayon::prelude::*;
        let mut answers = HashMap::new();
        let mut missing = Vec::new();
        {
            let mut held = self.lock();
            let mut wanted = std::collections::HashSet::new();
            for (key, question) in asked {
                if answers.contains_key(&key) || wanted.contains(&key) {
                    continue;
                }
                match held.get(&key, self.most) {
                    Some(answer) => {
                        answers.insert(key, answer);
                    }
                    None => {
                        wanted.insert(key);
                        missing.push((key, question));
                    }
                }
            }
        }
        let made: Vec<(Key, Arc<V>)> = missing
            .into_par_iter()
            .map(|(key, question)| (key, Arc::new(make(question))))
            .collect();
        let mut held = self.lock();
        for (key, answer) in made {
            held.insert(key, answer.clone(), self.most);
            answers.insert(key, answer);
        }
        answers
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Generations<V>> {
        // A panic elsewhere leaves answers as good as they were.
        self.generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V> Generations<V> {
    fn get(&mut self, key: &Key, most: usize) -> Option<Arc<V>> {
        if let Some(answer) = self.young.get(key) {
            return Some(answer.clone());
        }
        let answer = self.old.remove(key)?;
        self.insert(*key, answer.clone(), most);
        Some(answer)
    }

    fn insert(&mut self, key: Key, answer: Arc<V>, most: usize) {
        if self.young.len() >= most {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, answer);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn equal_questions_are_answered_once_and_memory_is_bounded() {
        let cache = Cache::new(10);
        let made = AtomicUsize::new(0);
        let ask = |numbers: &[u32]| {
            let texts: Vec<String> = numbers.iter().map(u32::to_string).collect();
            let answers = cache.answers(
                texts.iter().map(|text| (key(&[Some(text)]), text.as_str())),
                |text| {
                    made.fetch_add(1, Ordering::Relaxed);
                    text.len()
                },
            );
            for text in &texts {
                assert_eq!(*answers[&key(&[Some(text)])], text.len());
            }
        };
        ask(&[1, 2, 1, 2, 300]);
        ask(&[300, 1]);
        assert_eq!(made.load(Ordering::Relaxed), 3);
        for first in 0..100 {
            ask(&(first * 10..first * 10 + 10).collect::<Vec<_>>());
        }
        let held = cache.lock();
        assert!(held.young.len() + held.old.len() <= 20);
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(key(&[Some("ab"), Some("c")]), key(&[Some("a"), Some("bc")]));
        assert_ne!(key(&[None, Some("a")]), key(&[Some(""), Some("a")]));
    }
}
