-- Schema version 2: ownership.

-- What ownership files state, one row for each statement. `digest` tells whether the same source stated the same at
-- the same place before.
CREATE TABLE ownership (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event DEFERRABLE INITIALLY DEFERRED,
    source INTEGER NOT NULL REFERENCES source,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    format INTEGER NOT NULL,
    payload TEXT NOT NULL
) STRICT;
