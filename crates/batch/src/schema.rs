//! The columns of findings.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};

/// The columns of findings: the fields of the NDJSON contract of `interdict screen`, under the same names.
///
/// | column | type |
/// |---|---|
/// | `row_id`, `file`, `disposition`, `innocent`, `clears` | text |
/// | `row`, `rank` | unsigned 64-bit; `rank` is 0 before ranking |
/// | `score`, `probability` | 64-bit float |
/// | `gates` | list of `id`, `reason`, `source` |
/// | `flags` | list of `id`, `weight`, `evidence` (map of text to text), `source` |
/// | `goods` | struct of `family`, `hs_declared`, `hs_likely` (list), `control` (list) |
/// | `parties` | list of `role`, `name`, `match` (struct, null where no list names the party) |
/// | `missing` | list of text |
/// | `versions` | map of text to text |
pub fn finding_schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| Arc::new(Schema::new(columns())));
    SCHEMA.clone()
}

/// The columns of a screened batch: those of findings and `rejected`, a list of `field` (null for the whole row) and
/// `reason`.
pub fn batch_schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let mut columns = columns();
        columns.push(list_of(
            "rejected",
            structure([text("field"), text("reason")]),
        ));
        Arc::new(Schema::new(columns))
    });
    SCHEMA.clone()
}

fn columns() -> Vec<Field> {
    let number = |name| Field::new(name, DataType::Float64, true);
    let count = |name| Field::new(name, DataType::UInt64, true);
    let found = structure([
        text("entity_id"),
        text("dataset"),
        text("schema"),
        text("caption"),
        text("matched_name"),
        number("score"),
        number("probability"),
        list_of("explanation", DataType::Utf8),
        list_of(
            "ownership",
            structure([
                text("rule"),
                text("source"),
                text("effect"),
                Field::new("share", structure([number("low"), number("high")]), true),
                text("chain"),
            ]),
        ),
    ]);
    vec![
        text("row_id"),
        text("file"),
        count("row"),
        text("disposition"),
        number("score"),
        number("probability"),
        count("rank"),
        list_of(
            "gates",
            structure([text("id"), text("reason"), text("source")]),
        ),
        list_of(
            "flags",
            structure([
                text("id"),
                number("weight"),
                map("evidence"),
                text("source"),
            ]),
        ),
        Field::new(
            "goods",
            structure([
                text("family"),
                text("hs_declared"),
                list_of("hs_likely", DataType::Utf8),
                list_of("control", DataType::Utf8),
            ]),
            true,
        ),
        list_of(
            "parties",
            structure([text("role"), text("name"), Field::new("match", found, true)]),
        ),
        list_of("missing", DataType::Utf8),
        text("innocent"),
        text("clears"),
        map("versions"),
    ]
}

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn structure<const N: usize>(fields: [Field; N]) -> DataType {
    DataType::Struct(Fields::from(fields.to_vec()))
}

fn list_of(name: &str, items: DataType) -> Field {
    Field::new_list(name, Field::new_list_field(items, true), true)
}

/// Text to text. Its parts have the names that Arrow and Parquet agree on.
fn map(name: &str) -> Field {
    Field::new_map(
        name,
        "key_value",
        Field::new("key", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, true),
        false,
        true,
    )
}
