//! Runs of Chinese, Japanese and Korean letters, which have no spaces: cut at the words of the tables.

use super::organisation::push_meaning;
use super::words::Word;
use super::{Class, MOST_TOKENS, Token, flags_of, hash32};
use crate::lexicon::{LEXICON, LONGEST_HAN};
use crate::romanise::{self, Script};

/// Cuts a run at the words of the tables; what lies between becomes a word by its reading. Returns the legal forms.
pub(super) fn push_run(tokens: &mut Vec<Token>, word: &Word) -> u8 {
    let characters: Vec<char> = word.native.chars().collect();
    let mut legal = 0;
    let mut unknown = String::new();
    let mut index = 0;
    while index < characters.len() && tokens.len() < MOST_TOKENS {
        let longest = (characters.len() - index).min(LONGEST_HAN);
        let found = (1..=longest).rev().find_map(|length| {
            let run: String = characters[index..index + length].iter().collect();
            // One character alone ("港", "新") is a word only at the end; inside a brand it is a syllable.
            let alone =
                length == 1 && (word.script != Script::Han || index + length < characters.len());
            LEXICON
                .han(&run)
                .filter(|_| !alone)
                .map(|meaning| (length, run, meaning))
        });
        match found {
            Some((length, run, meaning)) => {
                push_unknown(tokens, &mut unknown, word.script);
                let text = reading(&run, word.script);
                legal |= push_meaning(tokens, meaning, &text, flags_of(word.script));
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
    push_unknown(tokens, &mut unknown, word.script);
    legal
}

fn reading(run: &str, script: Script) -> String {
    if script == Script::Hangul {
        return romanise::romanise(run, script);
    }
    let mut text = String::new();
    run.chars()
        .for_each(|character| romanise::push_ascii(&mut text, character));
    text
}

fn push_unknown(tokens: &mut Vec<Token>, unknown: &mut String, script: Script) {
    let run = std::mem::take(unknown);
    let text = reading(&run, script);
    if run.is_empty() || text.is_empty() {
        return;
    }
    let second = match script {
        Script::Han => romanise::key(&LEXICON.transcribed(&run)),
        _ => String::new(),
    };
    tokens.push(Token {
        key: romanise::key(&text),
        second,
        text,
        class: Class::Core,
        flags: flags_of(script),
        native: hash32(&run),
    });
}
