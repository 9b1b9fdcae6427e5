//! Claims in languages that no treebank model here reads: which sentences those are, and what their clause grammars
//! (`russian`, `chinese`) share. A text may mix languages, so the script of each sentence tells who reads it.

use std::ops::Range;

use jiff::civil::Date;
use model::{Actor, Claim, Event, Factuality, GoodsMention, Report};

use super::{chinese, russian};
use crate::{furniture, grade, sentence};

/// Who reads a stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    /// The English frames.
    English,
    /// Russian and Ukrainian.
    Russian,
    /// Chinese.
    Chinese,
    /// Nobody: Arabic, Japanese, Bulgarian …
    None,
}

/// What a grammar has found in a sentence, before it is numbered and graded.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// Bytes to quote.
    pub(crate) span: Range<usize>,
    pub(crate) event: Event,
    pub(crate) factuality: Factuality,
    /// Nearest first, the publisher not yet among them.
    pub(crate) source: Vec<String>,
    pub(crate) supplier: Vec<Actor>,
    pub(crate) recipient: Vec<Actor>,
    pub(crate) goods: Vec<GoodsMention>,
    pub(crate) via: Vec<String>,
    pub(crate) time: String,
    pub(crate) due: String,
}

/// The language of a stretch by its letters, and by the report's language where letters leave a choice.
pub(crate) fn tongue(text: &str, language: Option<&str>) -> Tongue {
    let (mut latin, mut cyrillic, mut han, mut kana) = (0, 0, 0, 0);
    for c in text.chars() {
        match c {
            'a'..='z' | 'A'..='Z' => latin += 1,
            '\u{400}'..='\u{4ff}' => cyrillic += 1,
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => han += 1,
            '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}' => kana += 1,
            _ => {}
        }
    }
    // A Chinese sign says as much as some Latin letters do.
    if han * 3 > latin.max(cyrillic) {
        let japanese = kana > 0 || matches!(language, Some("ja" | "ko"));
        return if japanese {
            Tongue::None
        } else {
            Tongue::Chinese
        };
    }
    if cyrillic > latin {
        let read = !matches!(
            language,
            Some("bg" | "sr" | "mk" | "be" | "kk" | "ky" | "mn" | "tg")
        );
        return if read { Tongue::Russian } else { Tongue::None };
    }
    Tongue::English
}

/// Whether any letter of a text belongs to a script that a grammar reads.
fn has_other_script(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(c, '\u{400}'..='\u{4ff}' | '\u{3400}'..='\u{9fff}'))
}

/// Claims of a report in any language; `english` reads what is English.
pub(crate) fn claims(report: &Report, english: impl FnOnce(&Report) -> Vec<Claim>) -> Vec<Claim> {
    if !has_other_script(&report.text) {
        return english(report);
    }
    let language = report.language.as_deref();
    let mut out = read(report);
    let trained = tongue(&report.text, language) == Tongue::English
        || sentences(&report.text)
            .iter()
            .any(|range| tongue(&report.text[range.clone()], language) == Tongue::English);
    if trained {
        let theirs = english(report);
        out.extend(
            theirs
                .into_iter()
                .filter(|claim| tongue(&claim.quote, language) == Tongue::English),
        );
        out.sort_by_key(|claim| claim.start);
    }
    for (index, claim) in out.iter_mut().enumerate() {
        claim.claim_id = format!("{}#{}", report.report_id, index + 1);
    }
    out
}

/// Claims in the languages of the grammars.
fn read(report: &Report) -> Vec<Claim> {
    let text = report.text.as_str();
    let language = report.language.as_deref();
    let mut russian = russian::Reader::default();
    let mut chinese = chinese::Reader::default();
    let mut out = Vec::new();
    for range in sentences(text) {
        if is_furniture(text, &range) || text[range.clone()].contains(['?', '？']) {
            continue;
        }
        let drafts = match tongue(&text[range.clone()], language) {
            Tongue::Russian => russian.read(text, range, report),
            Tongue::Chinese => chinese.read(text, range, report),
            Tongue::English | Tongue::None => continue,
        };
        out.extend(drafts.into_iter().map(|draft| finish(report, draft)));
    }
    out
}

fn is_furniture(text: &str, range: &Range<usize>) -> bool {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.start..]
        .find('\n')
        .map_or(text.len(), |at| range.start + at);
    furniture::is_furniture(&text[start..end])
}

/// Abbreviations of Russian and Ukrainian after which a full stop ends no sentence.
const ABBREVIATIONS: [&str; 24] = [
    "млн", "млрд", "трлн", "тыс", "тис", "долл", "дол", "руб", "грн", "г", "гг", "р", "рр", "им",
    "ім", "ул", "см", "т", "д", "е", "н", "проф", "ген", "обл",
];

/// Bytes that sentences are joined up to: every later step stays bounded.
const LONGEST: usize = 2_400;

/// Sentences, not cut behind abbreviations that the English splitter does not know.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for range in sentence::sentences(text) {
        if let Some(last) = out.last_mut() {
            let before = text[last.clone()].strip_suffix('.').unwrap_or_default();
            let word = before
                .rsplit(|c: char| c.is_whitespace() || c == '.' || c == '(')
                .next()
                .unwrap_or_default();
            let same_line = !text[last.end..range.start].contains('\n');
            let bounded = range.end - last.start <= LONGEST;
            if same_line && bounded && ABBREVIATIONS.contains(&word) {
                last.end = range.end;
                continue;
            }
        }
        out.push(range);
    }
    out
}

fn finish(report: &Report, draft: Draft) -> Claim {
    let mut source = draft.source;
    let publisher = &report.publisher;
    if !publisher.is_empty()
        && !source
            .iter()
            .any(|name| name.to_lowercase() == publisher.to_lowercase())
    {
        source.push(publisher.clone());
    }
    Claim {
        report_id: report.report_id.clone(),
        claim_id: String::new(),
        quote: report.text[draft.span.clone()].to_string(),
        start: draft.span.start,
        end: draft.span.end,
        event: draft.event,
        factuality: draft.factuality,
        grade: grade::grade(&source, draft.factuality),
        source,
        supplier: draft.supplier,
        recipient: draft.recipient,
        goods: draft.goods,
        via: draft.via,
        time: draft.time,
        due: draft.due,
        reader: String::new(),
    }
}

/// Adds an actor unless the slot holds the same party already.
pub(crate) fn push(slot: &mut Vec<Actor>, actor: Actor) {
    let same = |known: &Actor| {
        known.name == actor.name
            || known.kind == actor.kind
                && known.kind == model::ActorKind::State
                && !known.country.is_empty()
                && known.country == actor.country
    };
    if !slot.iter().any(same) {
        slot.push(actor);
    }
}

/// First and last day of a year, a month or a day.
pub(crate) fn days(year: i16, month: Option<i8>, day: Option<i8>) -> Option<(Date, Date)> {
    let first = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
    Some(match (month, day) {
        (_, Some(_)) => (first, first),
        (Some(_), None) => (first, first.last_of_month()),
        (None, None) => (first, Date::new(year, 12, 31).ok()?),
    })
}

/// A time expression as claims write it: the words, then what they resolve to.
pub(crate) fn written(words: &str, days: Option<(Date, Date)>) -> String {
    match days {
        Some((first, last)) if first == last => format!("{words} = {first}"),
        Some((first, last)) => format!("{words} = {first}/{last}"),
        None => words.to_string(),
    }
}

/// The day a report came out, where it says the day.
pub(crate) fn published(report: &Report) -> Option<Date> {
    let date = report.date?;
    Date::new(
        date.year(),
        i8::try_from(date.month()?).ok()?,
        i8::try_from(date.day()?).ok()?,
    )
    .ok()
}

/// A goods mention of a sentence: bytes, family, control list entry.
pub(crate) struct Goods {
    pub(crate) range: Range<usize>,
    pub(crate) family: model::GoodsFamily,
}

/// Adds what the trade lexicon finds and the table of a language does not; the table goes first where both do.
pub(crate) fn with_lexicon(text: &str, range: &Range<usize>, own: Vec<Goods>) -> Vec<Goods> {
    let mut out = own;
    for mention in goods::mentions(&text[range.clone()]) {
        let found = range.start + mention.start..range.start + mention.end;
        let overlaps = out
            .iter()
            .any(|known| known.range.start < found.end && found.start < known.range.end);
        // "Military", "civil use": words of goods descriptions, no goods by themselves in news.
        let wording = matches!(
            mention.category,
            "military_wording" | "cover_wording" | "armour_material"
        );
        if overlaps
            || wording
            || !mention.active()
            || mention.strength == goods::Strength::Weak && !is_trade(mention.category)
        {
            continue;
        }
        out.push(Goods {
            range: found,
            family: mention.family,
        });
    }
    out.sort_by_key(|goods| goods.range.start);
    out
}

fn is_trade(category: &str) -> bool {
    matches!(category, "chip" | "machine_tool" | "dual_use_wording")
}

/// The mentions that lie in a span, as claims hold them. Money is left out where there is something else.
pub(crate) fn goods_in(text: &str, goods: &[&Goods]) -> Vec<GoodsMention> {
    let only_money = goods
        .iter()
        .all(|goods| goods.family == model::GoodsFamily::Money);
    goods
        .iter()
        .filter(|goods| only_money || goods.family != model::GoodsFamily::Money)
        .map(|goods| GoodsMention {
            text: text[goods.range.clone()].to_string(),
            family: goods.family,
            control: String::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_and_language_tell_who_reads() {
        for (text, language, expect) in [
            ("Iran supplied drones.", None, Tongue::English),
            ("Иран поставил дроны Leopard.", Some("ru"), Tongue::Russian),
            ("Іран передав дрони.", None, Tongue::Russian),
            ("Иран достави дронове.", Some("bg"), Tongue::None),
            ("伊朗提供了Shahed无人机。", None, Tongue::Chinese),
            ("イランは無人機を供給した。", None, Tongue::None),
        ] {
            assert_eq!(tongue(text, language), expect, "{text}");
        }
    }

    #[test]
    fn abbreviations_end_no_sentence() {
        let text = "Сумма составила 5 млн долл. США. Сделка закрыта.";
        assert_eq!(sentences(text).len(), 2);
    }
}
