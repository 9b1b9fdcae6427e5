//! What persons decide. The codes and their rules are data: `data/dispositions.csv`.

use std::sync::LazyLock;

use jiff::Timestamp;
use model::PartialDate;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::chain::{Unit, rfc3339};
use crate::{Ledger, LedgerError, Result};

static DATA: &str = include_str!("../data/dispositions.csv");

/// What a decision is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// A finding, by [`StoredFinding::finding_id`](crate::StoredFinding): the decision binds to exactly what was seen.
    Finding(String),
    /// A party: `list:entry_id` where a list names it, else its name as written.
    Party(String),
    /// A report, by its id.
    Report(String),
    /// A claim, by its id.
    Claim(String),
}

impl Subject {
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Subject::Finding(id) => ("finding", id),
            Subject::Party(id) => ("party", id),
            Subject::Report(id) => ("report", id),
            Subject::Claim(id) => ("claim", id),
        }
    }

    fn from_parts(kind: &str, id: String) -> Option<Self> {
        Some(match kind {
            "finding" => Subject::Finding(id),
            "party" => Subject::Party(id),
            "report" => Subject::Report(id),
            "claim" => Subject::Claim(id),
            _ => return None,
        })
    }
}

/// A decision of a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// What it is about.
    pub subject: Subject,
    /// A code of [`disposition_rules`].
    pub code: String,
    /// Who decides.
    pub who: String,
    /// The role in which they decide; the code says which it takes.
    pub role: String,
    /// The second person who agrees, where the code needs one.
    pub second: Option<String>,
    /// Why, in words.
    pub reason: String,
    /// The day after which the matter is open again, where the code needs one.
    pub expires: Option<PartialDate>,
}

/// A recorded decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordedDecision {
    /// When: RFC 3339, UTC.
    pub at: String,
    /// What was decided.
    #[serde(flatten)]
    pub decision: Decision,
}

/// What a disposition code means and needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionRule {
    /// `HOLD`, `FP_NAME`, …
    pub code: String,
    /// In words.
    pub meaning: String,
    /// Role that may set it.
    pub who_may_set: String,
    /// Whether a second person has to agree.
    #[serde(deserialize_with = "yes_or_no")]
    pub needs_second_person: bool,
    /// Whether it closes the case.
    #[serde(deserialize_with = "yes_or_no")]
    pub closes_case: bool,
    /// Years that the record is kept, where no law says otherwise.
    pub retention_years_default: u32,
    /// Whether it ends on a day.
    #[serde(deserialize_with = "yes_or_no")]
    pub needs_expiry: bool,
}

fn yes_or_no<'de, D: serde::Deserializer<'de>>(cell: D) -> std::result::Result<bool, D::Error> {
    match String::deserialize(cell)?.as_str() {
        "y" => Ok(true),
        "n" => Ok(false),
        other => Err(serde::de::Error::custom(format!(
            "{other:?} is neither y nor n"
        ))),
    }
}

/// Every code, in the order of the table.
pub fn disposition_rules() -> &'static [DispositionRule] {
    // A row that does not fit is a mistake in the repository; a test reads them all.
    static RULES: LazyLock<Vec<DispositionRule>> = LazyLock::new(|| {
        csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(DATA.as_bytes())
            .deserialize()
            .filter_map(std::result::Result::ok)
            .collect()
    });
    &RULES
}

/// The rules that one decision can be held to by itself; the history of its case is not looked at.
fn check(decision: &Decision, at: Timestamp) -> Result<()> {
    let refuse = |reason: String| Err(LedgerError::invalid(reason));
    let code = &decision.code;
    let Some(rule) = disposition_rules().iter().find(|rule| rule.code == *code) else {
        let known: Vec<&str> = disposition_rules()
            .iter()
            .map(|rule| rule.code.as_str())
            .collect();
        return refuse(format!(
            "{code:?} is no disposition (known: {})",
            known.join(", ")
        ));
    };
    let (kind, id) = decision.subject.parts();
    let texts = [
        (kind, id),
        ("who", &decision.who),
        ("reason", &decision.reason),
    ];
    if let Some((what, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
        return refuse(format!("{code}: {what} is empty"));
    }
    if decision.role != rule.who_may_set {
        return refuse(format!(
            "{code} is for the role {}, not {:?}",
            rule.who_may_set, decision.role
        ));
    }
    let second = decision
        .second
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty());
    if rule.needs_second_person && second.is_none() {
        return refuse(format!("{code} needs a second person"));
    }
    if second.is_some_and(|name| name.to_lowercase() == decision.who.trim().to_lowercase()) {
        return refuse(format!(
            "{code}: the second person has to be another than the first"
        ));
    }
    match decision.expires {
        None if rule.needs_expiry => refuse(format!("{code} needs the day on which it expires")),
        Some(day) if day.day().is_none() => refuse(format!("{code}: {day} is not a day")),
        Some(day) if day.to_string().as_str() <= &rfc3339(at)[..10] => {
            refuse(format!("{code}: {day} is not in the future"))
        }
        _ => Ok(()),
    }
}

impl Ledger {
    /// Records a decision, safe against a power cut once this returns. Refuses what breaks the code's rules, and a
    /// finding, report or claim that the ledger does not hold. Deciding the same again is a decision too.
    pub fn record_disposition(&mut self, decision: &Decision, at: Timestamp) -> Result<()> {
        check(decision, at)?;
        let (kind, id) = decision.subject.parts();
        let there = match &decision.subject {
            Subject::Finding(id) => self.has_finding(id)?,
            Subject::Report(id) => self.has_report(id)?,
            Subject::Claim(id) => self.has_claim(id)?,
            Subject::Party(_) => true,
        };
        if !there {
            return Err(LedgerError::invalid(format!(
                "{kind} {id} has not been recorded"
            )));
        }
        self.connection.execute_batch("PRAGMA synchronous = FULL")?;
        let recorded = self.append_disposition(decision, at);
        self.connection
            .execute_batch("PRAGMA synchronous = NORMAL")?;
        recorded
    }

    fn append_disposition(&mut self, decision: &Decision, at: Timestamp) -> Result<()> {
        let (kind, id) = decision.subject.parts();
        let unit = Unit::begin(&mut self.connection)?;
        unit.prepare_cached(
            "INSERT INTO disposition (event, subject_kind, subject, code, who, role, second, reason, expires)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            unit.seq(),
            kind,
            id,
            decision.code,
            decision.who,
            decision.role,
            decision.second,
            decision.reason,
            decision.expires.map(|day| day.to_string())
        ])?;
        unit.seal("disposition", &format!("{kind} {id}"), at)
    }

    /// Every decision, oldest first; of one subject where it is given.
    pub fn dispositions(
        &self,
        subject: Option<&Subject>,
        each: &mut dyn FnMut(RecordedDecision),
    ) -> Result<()> {
        let parts = subject.map(Subject::parts);
        let mut statement = self.connection.prepare_cached(
            "SELECT at, subject_kind, d.subject, code, who, role, second, reason, expires
             FROM disposition d JOIN event ON seq = event
             WHERE ?1 IS NULL OR (subject_kind = ?1 AND d.subject = ?2) ORDER BY d.id",
        )?;
        let mut rows = statement.query(params![
            parts.map(|(kind, _)| kind),
            parts.map(|(_, id)| id)
        ])?;
        while let Some(row) = rows.next()? {
            let kind: String = row.get(1)?;
            let expires: Option<String> = row.get(8)?;
            each(RecordedDecision {
                at: row.get(0)?,
                decision: Decision {
                    subject: Subject::from_parts(&kind, row.get(2)?)
                        .ok_or_else(|| LedgerError::corrupt(format!("subject kind {kind:?}")))?,
                    code: row.get(3)?,
                    who: row.get(4)?,
                    role: row.get(5)?,
                    second: row.get(6)?,
                    reason: row.get(7)?,
                    expires: expires
                        .map(|day| day.parse())
                        .transpose()
                        .map_err(|error| LedgerError::corrupt(format!("expiry: {error}")))?,
                },
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_a_rule() {
        let rows = DATA.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(disposition_rules().len(), rows);
        assert!(rows >= 17);
    }

    #[track_caller]
    fn refused(change: impl FnOnce(&mut Decision), expect: &str) {
        let mut decision = Decision {
            subject: Subject::Party("ofac-sdn:1".to_owned()),
            code: "CLEAR_COND".to_owned(),
            who: "first".to_owned(),
            role: "analyst".to_owned(),
            second: Some("second".to_owned()),
            reason: "end-user certificate seen".to_owned(),
            expires: Some("2027-01-31".parse().unwrap()),
        };
        change(&mut decision);
        let at: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
        let got = check(&decision, at).map_or_else(|error| error.to_string(), |()| "ok".to_owned());
        assert!(got.starts_with(expect), "expected {expect:?}, got {got:?}");
    }

    #[test]
    fn one_decision_is_held_to_the_rules_of_its_code() {
        refused(|_| {}, "ok");
        refused(
            |d| d.code = "MAYBE".into(),
            "\"MAYBE\" is no disposition (known: OPEN, INFO_REQ",
        );
        refused(
            |d| d.role = "editor".into(),
            "CLEAR_COND is for the role analyst, not \"editor\"",
        );
        refused(|d| d.second = None, "CLEAR_COND needs a second person");
        refused(
            |d| d.second = Some(" ".into()),
            "CLEAR_COND needs a second person",
        );
        refused(
            |d| d.second = Some("First ".into()),
            "CLEAR_COND: the second person has to be",
        );
        refused(|d| d.reason = " ".into(), "CLEAR_COND: reason is empty");
        refused(
            |d| d.subject = Subject::Party(String::new()),
            "CLEAR_COND: party is empty",
        );
        refused(|d| d.expires = None, "CLEAR_COND needs the day");
        refused(
            |d| d.expires = Some("2027".parse().unwrap()),
            "CLEAR_COND: 2027 is not a day",
        );
        refused(
            |d| d.expires = Some("2026-11-25".parse().unwrap()),
            "CLEAR_COND: 2026-11-25 is not in",
        );
        refused(
            |d| {
                d.code = "HOLD".into();
                d.second = None;
                d.expires = None;
            },
            "ok",
        );
    }
}
