//! What the ledger knows of a shipment's parties beyond its rows: claims of reports, and decisions about earlier
//! shipments.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ledger::{FindingFilter, Subject};
use model::{Claim, Disposition, Event, PartyClaim, PartyDecision, Role, Shipment};
use names::{Index, Query};

use crate::actors::{self, fold, is_party, names_nobody};
use crate::{Error, Home};

/// Names whose claims are remembered.
const MOST_REMEMBERED: usize = 200_000;

/// Most claims told of one shipment.
const MOST_CLAIMS: usize = 5;

/// Numbers of claims about a party, with the probability that it is the party meant.
type Claimed = Vec<(usize, f64)>;

/// Claims and decisions, by party.
pub(super) struct Beyond {
    claims: Vec<Claim>,
    /// Entity id: number of the claim in `claims`.
    index: Option<Index>,
    remembered: Mutex<HashMap<String, Arc<Claimed>>>,
    decisions: HashMap<String, Vec<Decided>>,
}

/// A decision about a finding, and the row it was about.
struct Decided {
    finding_id: String,
    code: String,
    row_id: String,
    row: u64,
}

impl Beyond {
    /// Reads what the ledger holds.
    pub(super) fn of(home: &Home) -> Result<Self, Error> {
        let mut claims = Vec::new();
        home.ledger.claims(&mut |claim| {
            let supply = matches!(
                claim.event,
                Event::Transfer | Event::Production | Event::Procurement
            );
            let named = claim
                .supplier
                .iter()
                .chain(&claim.recipient)
                .any(|actor| is_party(actor.kind));
            if supply && named {
                claims.push(claim);
            }
        })?;
        let parties = claims.iter().enumerate().flat_map(|(number, claim)| {
            let actors = claim.supplier.iter().chain(&claim.recipient);
            actors
                .filter(|actor| is_party(actor.kind))
                .map(move |actor| (number.to_string(), actor))
        });
        let index = if claims.is_empty() {
            None
        } else {
            Some(actors::index(home, parties)?)
        };
        Ok(Self {
            claims,
            index,
            remembered: Mutex::default(),
            decisions: decisions(home)?,
        })
    }

    /// Adds what is known to a shipment's background.
    pub(super) fn add_to(&self, shipment: &mut Shipment) {
        let mut claims = Vec::new();
        let mut decisions = Vec::new();
        for party in &shipment.parties {
            if party.role == Role::Vessel || names_nobody(&fold(&party.name)) {
                continue;
            }
            for (number, probability) in self.claims_about(&party.name).iter() {
                let claim = &self.claims[*number];
                claims.push(PartyClaim {
                    role: party.role,
                    claim_id: claim.claim_id.clone(),
                    event: claim.event,
                    factuality: claim.factuality,
                    grade: claim.grade,
                    same_party: *probability,
                    quote: claim.quote.clone(),
                });
            }
            // A decision about this very row is no earlier one.
            let own = |decided: &&Decided| {
                (&decided.row_id, decided.row) != (&shipment.row_id, shipment.row)
            };
            let earlier = self.decisions.get(&fold(&party.name));
            decisions.extend(earlier.into_iter().flatten().filter(own).map(|decided| {
                PartyDecision {
                    role: party.role,
                    finding_id: decided.finding_id.clone(),
                    code: decided.code.clone(),
                }
            }));
        }
        if claims.is_empty() && decisions.is_empty() {
            return;
        }
        claims.sort_by(|a, b| {
            b.same_party
                .total_cmp(&a.same_party)
                .then_with(|| a.claim_id.cmp(&b.claim_id))
        });
        claims.truncate(MOST_CLAIMS);
        let background = shipment.background.get_or_insert_with(Default::default);
        background.claims = claims;
        background.decisions = decisions;
    }

    fn claims_about(&self, name: &str) -> Arc<Claimed> {
        let Some(index) = &self.index else {
            return Arc::default();
        };
        let held = |name: &str| {
            let remembered = self
                .remembered
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            remembered.get(name).cloned()
        };
        if let Some(known) = held(name) {
            return known;
        }
        let query = Query {
            names: vec![name.to_string()],
            ..Query::default()
        };
        let found: Claimed = index
            .search(&query, names::STRICT, MOST_CLAIMS)
            .into_iter()
            .filter_map(|found| Some((found.entity_id.parse().ok()?, found.probability)))
            .collect();
        let found = Arc::new(found);
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= MOST_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(name.to_string(), found.clone());
        found
    }
}

/// Latest decision of every decided finding, by the folded names of its consignor and consignee.
fn decisions(home: &Home) -> Result<HashMap<String, Vec<Decided>>, Error> {
    let mut latest: HashMap<String, String> = HashMap::new();
    home.ledger.dispositions(None, &mut |recorded| {
        if let Subject::Finding(id) = recorded.decision.subject {
            latest.insert(id, recorded.decision.code);
        }
    })?;
    let mut by_party: HashMap<String, Vec<Decided>> = HashMap::new();
    if latest.is_empty() {
        return Ok(by_party);
    }
    let filter = FindingFilter {
        at_least: Some(Disposition::Review),
        superseded: true,
        ..FindingFilter::default()
    };
    home.ledger.findings(&filter, &mut |stored| {
        let Some(code) = latest.get(&stored.finding_id) else {
            return;
        };
        for role in [Role::Consignor, Role::Consignee] {
            if let Some(party) = stored.shipment.party(role)
                && !names_nobody(&fold(&party.name))
            {
                by_party
                    .entry(fold(&party.name))
                    .or_default()
                    .push(Decided {
                        finding_id: stored.finding_id.clone(),
                        code: code.clone(),
                        row_id: stored.shipment.row_id.clone(),
                        row: stored.shipment.row,
                    });
            }
        }
    })?;
    Ok(by_party)
}
