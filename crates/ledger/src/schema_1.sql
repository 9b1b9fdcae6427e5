-- Schema version 1. docs/ledger.md draws it. Generated columns are read out of the JSON payloads for searching and
-- sorting; they are not stored and not hashed.

-- One committed unit each. `prev` is the hash of the event before it, 32 zero bytes for the first.
CREATE TABLE event (
    seq INTEGER PRIMARY KEY CHECK (seq > 0),
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload_hash BLOB NOT NULL CHECK (length(payload_hash) = 32),
    prev BLOB NOT NULL CHECK (length(prev) = 32),
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)
) STRICT;

-- The newest event, kept a second time so that a chain cut short is seen. The only row that is ever updated.
CREATE TABLE head (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    seq INTEGER NOT NULL CHECK (seq >= 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO head VALUES (1, 0, zeroblob(32));
CREATE TRIGGER head_moves_by_one BEFORE UPDATE ON head WHEN NEW.seq <> OLD.seq + 1
BEGIN SELECT RAISE(ABORT, 'the head moves by one event at a time'); END;
CREATE TRIGGER head_no_delete BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- Files and pages that were read. `hash` is blake3 of the bytes, 64 hexadecimal digits; time first seen is its
-- event's.
CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event DEFERRABLE INITIALLY DEFERRED,
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    kind TEXT NOT NULL,
    location TEXT NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;

-- Versions of lists. Which entries a version holds follows from `list_change`.
CREATE TABLE list_version (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event DEFERRABLE INITIALLY DEFERRED,
    list TEXT NOT NULL,
    version TEXT NOT NULL,
    format TEXT NOT NULL,
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    path TEXT NOT NULL,
    parties INTEGER NOT NULL CHECK (parties >= 0),
    names INTEGER NOT NULL CHECK (names >= 0),
    rejected INTEGER NOT NULL CHECK (rejected >= 0),
    UNIQUE (list, hash)
) STRICT;

-- The current version of each list: the one with the latest date in `version`, undated ones before all dated ones;
-- among equals the one imported last.
CREATE VIEW current_list_version AS
SELECT * FROM (
    SELECT *, row_number() OVER (
        PARTITION BY list
        ORDER BY CASE
            WHEN version GLOB '[12][0-9][0-9][0-9]' OR version GLOB '[12][0-9][0-9][0-9]-[01][0-9]*' THEN version
            ELSE ''
        END DESC, event DESC
    ) AS place FROM list_version
) WHERE place = 1;

-- List entries, each stored once however many versions hold it. `hash` is blake3 of format and payload.
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event DEFERRABLE INITIALLY DEFERRED,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    format INTEGER NOT NULL,
    payload TEXT NOT NULL,
    entity_id TEXT GENERATED ALWAYS AS
        ((payload ->> '$.listing.list') || ':' || (payload ->> '$.listing.entry_id')) VIRTUAL
) STRICT;
CREATE INDEX entry_entity_id ON entry (entity_id);

-- What a version added (listed = 1) or dropped (listed = 0), seen from the version of the same list imported before.
CREATE TABLE list_change (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event DEFERRABLE INITIALLY DEFERRED,
    entry INTEGER NOT NULL REFERENCES entry,
    listed INTEGER NOT NULL CHECK (listed IN (0, 1))
) STRICT;
CREATE INDEX list_change_entry ON list_change (entry);

-- Records, rows and fields that a reader refused. `source` is the hash of the list version or source they stood in.
CREATE TABLE rejected (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event DEFERRABLE INITIALLY DEFERRED,
    source TEXT NOT NULL CHECK (length(source) = 64),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    format INTEGER NOT NULL,
    payload TEXT NOT NULL
) STRICT;
CREATE INDEX rejected_source ON rejected (source, digest);

-- Shipments that became findings. `part` is the sheet of a workbook, else empty; `digest` tells whether the same was
-- said of the same row before.
CREATE TABLE finding (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event DEFERRABLE INITIALLY DEFERRED,
    source INTEGER NOT NULL REFERENCES source,
    part TEXT NOT NULL,
    row INTEGER NOT NULL,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    format INTEGER NOT NULL,
    shipment TEXT NOT NULL,
    finding TEXT NOT NULL,
    row_id TEXT GENERATED ALWAYS AS (finding ->> '$.row_id') VIRTUAL,
    gravity INTEGER GENERATED ALWAYS AS
        (CASE finding ->> '$.disposition' WHEN 'hold' THEN 2 WHEN 'review' THEN 1 ELSE 0 END) VIRTUAL,
    score REAL GENERATED ALWAYS AS (finding ->> '$.score') VIRTUAL
) STRICT;
CREATE INDEX finding_row ON finding (source, part, row);
CREATE INDEX finding_row_id ON finding (row_id);
CREATE INDEX finding_worst ON finding (gravity DESC, score DESC);

-- Reports, one row for each different reading of one.
CREATE TABLE report (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event DEFERRABLE INITIALLY DEFERRED,
    source INTEGER NOT NULL REFERENCES source,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    format INTEGER NOT NULL,
    payload TEXT NOT NULL,
    report_id TEXT GENERATED ALWAYS AS (payload ->> '$.report_id') VIRTUAL
) STRICT;
CREATE INDEX report_report_id ON report (report_id);

-- Claims of a reading.
CREATE TABLE claim (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event DEFERRABLE INITIALLY DEFERRED,
    report INTEGER NOT NULL REFERENCES report,
    format INTEGER NOT NULL,
    payload TEXT NOT NULL,
    claim_id TEXT GENERATED ALWAYS AS (payload ->> '$.claim_id') VIRTUAL
) STRICT;
CREATE INDEX claim_report ON claim (report);
CREATE INDEX claim_claim_id ON claim (claim_id);

-- Reports that copy or rewrite another.
CREATE TABLE copy (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event DEFERRABLE INITIALLY DEFERRED,
    report_id TEXT NOT NULL,
    original TEXT NOT NULL CHECK (original <> report_id),
    UNIQUE (report_id, original)
) STRICT;

-- What persons decided.
CREATE TABLE disposition (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event DEFERRABLE INITIALLY DEFERRED,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    code TEXT NOT NULL,
    who TEXT NOT NULL,
    role TEXT NOT NULL,
    second TEXT,
    reason TEXT NOT NULL,
    expires TEXT
) STRICT;
CREATE INDEX disposition_subject ON disposition (subject_kind, subject);
