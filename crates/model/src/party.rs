//! Parties and their listings.

use serde::{Deserialize, Serialize};

use crate::PartialDate;

/// FollowTheMoney schema of a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Schema {
    /// A natural person.
    Person,
    /// A commercial company.
    Company,
    /// An organization of any other kind, armed groups among them.
    Organization,
    /// A ministry, agency, military unit or other state body.
    PublicBody,
    /// A person or organization: the source does not say which.
    LegalEntity,
    /// A ship.
    Vessel,
    /// An aircraft.
    Airplane,
}

impl Schema {
    /// The FollowTheMoney spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Schema::Person => "Person",
            Schema::Company => "Company",
            Schema::Organization => "Organization",
            Schema::PublicBody => "PublicBody",
            Schema::LegalEntity => "LegalEntity",
            Schema::Vessel => "Vessel",
            Schema::Airplane => "Airplane",
        }
    }
}

/// How a source ranks a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// The name the source leads with (FtM `name`).
    Primary,
    /// Another full name (FtM `alias`).
    Alias,
    /// A broad or low-quality alias that alone proves little (FtM `weakAlias`; OFAC "weak", UN "Low").
    WeakAlias,
    /// A name held before (FtM `previousName`).
    Previous,
    /// The name in its own script, where the source marks it so.
    Native,
}

/// One name of a party, as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PartyName {
    /// The name in logical order ("given family" for persons), white space folded.
    pub text: String,
    /// How the source ranks it.
    pub kind: NameKind,
}

/// What an identifier identifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// Russian tax number, 10 or 12 digits (FtM `innCode`).
    Inn,
    /// Russian company register number, 13 or 15 digits (FtM `ogrnCode`).
    Ogrn,
    /// Ship number of the IMO, 7 digits (FtM `imoNumber`).
    Imo,
    /// Maritime radio identity, 9 digits (FtM `mmsi`).
    Mmsi,
    /// Radio call sign (FtM `callSign`).
    CallSign,
    /// Legal Entity Identifier, 20 characters (FtM `leiCode`).
    Lei,
    /// SWIFT/BIC (FtM `swiftBic`).
    Bic,
    /// Company register number of any country (FtM `registrationNumber`).
    Registration,
    /// Tax number of any country but Russia (FtM `taxNumber`).
    Tax,
    /// Passport (FtM `passportNumber`).
    Passport,
    /// National identity number (FtM `idNumber`).
    NationalId,
    /// Aircraft registration or serial number.
    Aircraft,
    /// Anything else the source calls an identifier.
    Other,
}

/// An identifier as the source gives it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// What it identifies.
    pub kind: IdentifierKind,
    /// The value as written, trimmed.
    pub value: String,
    /// ISO 3166-1 alpha-2 of the issuer, upper case, where given.
    pub country: Option<String>,
}

/// An address, in one line and, where the source splits it, its country.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// Parts in reading order, joined by ", ".
    pub full: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: Option<String>,
}

/// Kind of a relation that a listing's remarks state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// "Linked To: …".
    LinkedTo,
    /// "owned or controlled by", "majority owned by".
    OwnedOrControlledBy,
    /// "acting for or on behalf of".
    ActingFor,
    /// "subsidiary of", "branch of".
    SubsidiaryOf,
    /// Director, leader or other officer of.
    OfficerOf,
    /// Any other link that names a party.
    Other,
}

/// A relation to another party, as stated; the other party is named, not resolved.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Relation {
    /// What the source calls it.
    pub kind: RelationKind,
    /// Name of the other party, as written.
    pub target: String,
}

/// A person, company, public body, vessel or aircraft as one source describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Party {
    /// FollowTheMoney schema.
    pub schema: Schema,
    /// Never empty; the first is the caption.
    pub names: Vec<PartyName>,
    /// Countries of residence, registration, nationality or flag: ISO 3166-1 alpha-2, upper case, no repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// Birth dates, or build dates of vessels; several where the source is unsure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub birth_dates: Vec<PartialDate>,
    /// Identifiers of every kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    /// Addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// Relations stated in remarks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
}

impl Party {
    /// The name to show; empty only if a reader broke the promise that `names` is never empty.
    pub fn caption(&self) -> &str {
        self.names.first().map_or("", |name| name.text.as_str())
    }
}

/// An entry of a party on a reference list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// Short name of the list: `ofac-sdn`, `eu-fsf`, `un-sc`, `us-csl`, …
    pub list: String,
    /// The entry's own id on that list (OFAC uid, EU logicalId, UN DATAID, FtM id).
    pub entry_id: String,
    /// Programmes or regimes under which it is listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programmes: Vec<String>,
    /// When it was listed, where the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_on: Option<PartialDate>,
    /// Remarks as written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remarks: String,
}

/// One record of a list: the party and its listing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListEntry {
    /// Who is listed.
    pub party: Party,
    /// Where, since when and why.
    pub listing: Listing,
}

impl ListEntry {
    /// Id unique over all lists: `list:entry_id`.
    pub fn entity_id(&self) -> String {
        format!("{}:{}", self.listing.list, self.listing.entry_id)
    }
}
