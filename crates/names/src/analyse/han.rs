//! Runs of Chinese characters, which have no spaces: cut at the words of the tables.

use super::organisation::push_meaning;
use super::words::Word;
use super::{Class, HAN, MOST_TOKENS, Token, hash32};
use crate::lexicon::{LEXICON, LONGEST_HAN};
use crate::romanise;

/// Cuts a run of Chinese characters at the words of the tables; what lies between becomes a word by its reading.
pub(super) fn push_han(tokens: &mut Vec<Token>, word: &Word) -> u8 {
    let characters: Vec<char> = word.native.chars().collect();
    let mut legal = 0;
    let mut unknown = String::new();
    let mut index = 0;
    let flush = |tokens: &mut Vec<Token>, unknown: &mut String| {
        if unknown.is_empty() {
            return;
        }
        let mut text = String::new();
        unknown
            .chars()
            .for_each(|character| romanise::push_ascii(&mut text, character));
        if !text.is_empty() {
            let key = romanise::key(&text);
            tokens.push(Token {
                text,
                key,
                second: String::new(),
                class: Class::Core,
                flags: HAN,
                native: hash32(unknown),
            });
        }
        unknown.clear();
    };
    while index < characters.len() && tokens.len() < MOST_TOKENS {
        let longest = (characters.len() - index).min(LONGEST_HAN);
        let found = (1..=longest).rev().find_map(|length| {
            let run: String = characters[index..index + length].iter().collect();
            // One character alone ("港", "新") is a word only at the end; inside a brand it is a syllable.
            let alone = length == 1 && index + length < characters.len();
            LEXICON
                .han(&run)
                .filter(|_| !alone)
                .map(|meaning| (length, run, meaning))
        });
        match found {
            Some((length, run, meaning)) => {
                flush(tokens, &mut unknown);
                let mut text = String::new();
                run.chars()
                    .for_each(|character| romanise::push_ascii(&mut text, character));
                legal |= push_meaning(tokens, meaning, &text, HAN);
                index += length;
            }
            None => {
                // Suffixes of cities and provinces ("市", "省") say nothing.
                if !matches!(characters[index], '市' | '省' | '县' | '區' | '区')
                    || unknown.is_empty() && tokens.is_empty()
                {
                    unknown.push(characters[index]);
                }
                index += 1;
            }
        }
    }
    flush(tokens, &mut unknown);
    legal
}

