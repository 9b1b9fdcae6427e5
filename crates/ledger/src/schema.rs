//! The tables, what guards them, and how an older file becomes a newer one.
//!
//! Every table of evidence has the columns `id` (grows by insertion) and `event` (the unit that brought the row in).
//! [`TABLES`] names the columns that the hash chain covers: all that are stored. Columns that queries need are
//! generated from the JSON payload, so that nothing is said twice.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::{ErrorKind, LedgerError};

/// `INTD` in ASCII: tells an Interdict ledger from any other SQLite file.
const APPLICATION_ID: i64 = 0x494e_5444;

/// Schema version that this program writes.
const VERSION: i64 = 2;

/// Version of the JSON payloads, kept in each row's `format`. A change of `model` that old payloads cannot be read
/// under raises it.
pub(crate) const PAYLOAD_FORMAT: i64 = 1;

/// A table whose rows the chain covers.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// Every stored column, `id` and `event` first.
    pub(crate) columns: &'static str,
    /// Schema version that brought it.
    since: i64,
}

/// All tables of evidence, in the order in which a unit's rows are hashed. New ones go to the end.
pub(crate) static TABLES: [Table; 11] = [
    Table {
        name: "source",
        columns: "id, event, hash, kind, location, bytes",
        since: 1,
    },
    Table {
        name: "list_version",
        columns: "id, event, list, version, format, hash, path, parties, names, rejected",
        since: 1,
    },
    Table {
        name: "entry",
        columns: "id, event, hash, format, payload",
        since: 1,
    },
    Table {
        name: "list_change",
        columns: "id, event, entry, listed",
        since: 1,
    },
    Table {
        name: "rejected",
        columns: "id, event, source, digest, format, payload",
        since: 1,
    },
    Table {
        name: "finding",
        columns: "id, event, source, part, row, digest, format, shipment, finding",
        since: 1,
    },
    Table {
        name: "report",
        columns: "id, event, source, digest, format, payload",
        since: 1,
    },
    Table {
        name: "claim",
        columns: "id, event, report, format, payload",
        since: 1,
    },
    Table {
        name: "copy",
        columns: "id, event, report_id, original",
        since: 1,
    },
    Table {
        name: "disposition",
        columns: "id, event, subject_kind, subject, code, who, role, second, reason, expires",
        since: 1,
    },
    Table {
        name: "ownership",
        columns: "id, event, source, digest, format, payload",
        since: 2,
    },
];

/// Brings a file to the schema of this program; a new file gets all of it. Safe against another process doing the
/// same at the same time.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), LedgerError> {
    if check(connection)? == VERSION {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again: whoever held the lock before may have done it.
    for version in check(&transaction)? + 1..=VERSION {
        upgrade_to(&transaction, version)?;
    }
    transaction.commit()?;
    Ok(())
}

/// The file's schema version, 0 for an empty file; an error if it is not a ledger or a newer one.
pub(crate) fn check(connection: &Connection) -> Result<i64, LedgerError> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let application: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let objects: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION_ID && (objects > 0 || found != 0) {
        let whose = "it is a database of another program".to_owned();
        return Err(ErrorKind::NotALedger(whose).into());
    }
    if found > VERSION {
        return Err(ErrorKind::NewerVersion {
            found,
            supported: VERSION,
        }
        .into());
    }
    Ok(found)
}

/// Brings a file from the schema version before to this one.
fn upgrade_to(transaction: &Transaction<'_>, version: i64) -> Result<(), LedgerError> {
    let script = match version {
        1 => include_str!("schema_1.sql"),
        _ => include_str!("schema_2.sql"),
    };
    transaction.execute_batch(script)?;
    let mut guarded = Vec::new();
    for Table { name, .. } in TABLES.iter().filter(|table| table.since == version) {
        transaction.execute_batch(&format!("CREATE INDEX {name}_event ON {name} (event)"))?;
        guarded.push(*name);
    }
    if version == 1 {
        guarded.push("event");
    }
    for name in guarded {
        for action in ["UPDATE", "DELETE"] {
            transaction.execute_batch(&format!(
                "CREATE TRIGGER {name}_no_{} BEFORE {action} ON {name}
                 BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
                action.to_lowercase()
            ))?;
        }
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", version)?;
    Ok(())
}

/// The tables of a schema version.
pub(crate) fn tables_of(version: i64) -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(move |table| table.since <= version)
}

/// Name and SQL of every object in a schema, by name, SQLite's own aside.
pub(crate) fn objects(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    connection
        .prepare("SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// What [`objects`] gives for a ledger of a schema version that nobody has tampered with.
pub(crate) fn expected_objects(version: i64) -> Result<Vec<(String, String)>, LedgerError> {
    let mut fresh = Connection::open_in_memory()?;
    let transaction = fresh.transaction()?;
    for step in 1..=version {
        upgrade_to(&transaction, step)?;
    }
    Ok(objects(&transaction)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_covers_every_stored_column() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let mut covered = vec!["event".to_owned(), "head".to_owned()];
        for table in &TABLES {
            // Hidden columns (2 and 3) are the generated ones.
            let stored: Vec<String> = connection
                .prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0 ORDER BY cid")
                .unwrap()
                .query_map([table.name], |row| row.get(0))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            assert_eq!(stored.join(", "), table.columns, "{}", table.name);
            covered.push(table.name.to_owned());
        }
        let mut tables: Vec<String> = connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        tables.sort();
        covered.sort();
        assert_eq!(tables, covered);
    }

    #[test]
    fn an_older_file_becomes_what_a_new_one_is() {
        let mut older = Connection::open_in_memory().unwrap();
        let transaction = older.transaction().unwrap();
        upgrade_to(&transaction, 1).unwrap();
        transaction.commit().unwrap();
        assert_eq!(objects(&older).unwrap(), expected_objects(1).unwrap());
        migrate(&mut older).unwrap();
        assert_eq!(check(&older).unwrap(), VERSION);
        assert_eq!(objects(&older).unwrap(), expected_objects(VERSION).unwrap());
    }
}
