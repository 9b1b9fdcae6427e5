//! The fields of a shipment that a column can give, with their words for the user.

use model::Role;

/// What kind of value a field holds, hence how its cells are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Country,
    Countries,
    Date,
    Hs,
    /// A plain number: quantity, value, mass.
    Number,
}

/// The fields of one party.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PartyFields {
    pub(crate) name: Field,
    pub(crate) country: Option<Field>,
    pub(crate) address: Option<Field>,
    pub(crate) identifier: Option<Field>,
}

macro_rules! fields {
    ($($variant:ident $key:literal $words:literal $kind:ident $needed:literal)*) => {
        /// A field that a column can give. The keys are those of `data/columns.tsv` and of column override files.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $(#[doc = $words] $variant,)*
        }

        impl Field {
            /// Every field, in the order they are shown.
            pub const ALL: &'static [Field] = &[$(Field::$variant,)*];

            /// The key: `consignor_name`.
            pub fn as_str(self) -> &'static str {
                match self { $(Field::$variant => $key,)* }
            }

            /// In words, for the user: "consignor name".
            pub fn words(self) -> &'static str {
                match self { $(Field::$variant => $words,)* }
            }

            /// Whether screening rules lose evidence where no column gives it.
            pub fn needed_by_rules(self) -> bool {
                match self { $(Field::$variant => $needed,)* }
            }

            pub(crate) fn kind(self) -> Kind {
                match self { $(Field::$variant => Kind::$kind,)* }
            }
        }
    };
}

fields! {
    RecordId "record_id" "record number" Text false
    DeclarationNo "declaration_no" "declaration number" Text false
    BillNo "bill_no" "bill of lading number" Text false
    ItemNo "item_no" "item number within the declaration" Text false
    Version "version" "version or amendment of the declaration" Text false
    Direction "direction" "direction (import or export)" Text false
    Date "date" "filing, clearance or arrival date" Date true
    ConsignorName "consignor_name" "consignor name" Text true
    ConsignorCountry "consignor_country" "consignor country" Country false
    ConsignorAddress "consignor_address" "consignor address" Text true
    ConsignorId "consignor_id" "consignor tax or register number" Text false
    ConsigneeName "consignee_name" "consignee name" Text true
    ConsigneeCountry "consignee_country" "consignee country" Country false
    ConsigneeAddress "consignee_address" "consignee address" Text true
    ConsigneeId "consignee_id" "consignee tax or register number" Text true
    NotifyPartyName "notify_party_name" "notify party name" Text true
    NotifyPartyCountry "notify_party_country" "notify party country" Country false
    NotifyPartyAddress "notify_party_address" "notify party address" Text false
    ManufacturerName "manufacturer_name" "manufacturer name" Text true
    ManufacturerCountry "manufacturer_country" "manufacturer country" Country false
    IntermediaryName "intermediary_name" "intermediary, broker or declarant name" Text true
    IntermediaryCountry "intermediary_country" "intermediary country" Country false
    IntermediaryAddress "intermediary_address" "intermediary address" Text false
    IntermediaryId "intermediary_id" "intermediary tax or register number" Text false
    VesselName "vessel_name" "vessel name" Text false
    VesselId "vessel_id" "vessel IMO number" Text false
    GoodsText "goods_text" "goods description" Text true
    GoodsMore "goods_more" "further goods description" Text false
    GoodsEnglish "goods_english" "goods description in English translation" Text false
    HsDescription "hs_description" "description of the HS code" Text false
    Brand "brand" "brand" Text true
    Model "model" "article or model" Text true
    HsCode "hs_code" "HS code" Hs true
    Origin "origin" "country of origin" Country true
    Dispatch "dispatch" "country of dispatch" Country true
    Transit "transit" "transit countries" Countries true
    Destination "destination" "country of destination" Country true
    PartnerCountry "partner_country" "the other country of the trade" Country false
    Quantity "quantity" "quantity" Number true
    Unit "unit" "unit of quantity" Text true
    NetKg "net_kg" "net mass in kg" Number true
    GrossKg "gross_kg" "gross mass in kg" Number true
    ValueUsd "value_usd" "value in US dollars" Number true
    Value "value" "value in another or unnamed currency" Number false
    Currency "currency" "currency of the value" Text false
    UsdPerKg "usd_per_kg" "US dollars per kg" Number false
}

impl Field {
    /// The field of a key, as override files and the columns table write it.
    pub fn from_key(key: &str) -> Option<Field> {
        Self::ALL
            .iter()
            .copied()
            .find(|field| field.as_str() == key)
    }

    /// The fields that give a party in a role: name, country, address, identifier.
    pub(crate) fn of_party(role: Role) -> PartyFields {
        let (name, country, address, identifier) = match role {
            Role::Consignor => (
                Field::ConsignorName,
                Some(Field::ConsignorCountry),
                Some(Field::ConsignorAddress),
                Some(Field::ConsignorId),
            ),
            Role::Consignee => (
                Field::ConsigneeName,
                Some(Field::ConsigneeCountry),
                Some(Field::ConsigneeAddress),
                Some(Field::ConsigneeId),
            ),
            Role::NotifyParty => (
                Field::NotifyPartyName,
                Some(Field::NotifyPartyCountry),
                Some(Field::NotifyPartyAddress),
                None,
            ),
            Role::Manufacturer => (
                Field::ManufacturerName,
                Some(Field::ManufacturerCountry),
                None,
                None,
            ),
            Role::Intermediary => (
                Field::IntermediaryName,
                Some(Field::IntermediaryCountry),
                Some(Field::IntermediaryAddress),
                Some(Field::IntermediaryId),
            ),
            Role::Vessel => (Field::VesselName, None, None, Some(Field::VesselId)),
        };
        PartyFields {
            name,
            country,
            address,
            identifier,
        }
    }
}
