-- One row for each change, written in the transaction of the change and never
-- touched again. seq is the order of the changes and is never used twice, whatever
-- is deleted; PostgreSQL writes it BIGINT GENERATED ALWAYS AS IDENTITY.
CREATE TABLE events (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL,
    at          BIGINT NOT NULL,
    action      TEXT NOT NULL,
    actor_kind  TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    actor_hint  TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id   TEXT NOT NULL,
    object_name TEXT NOT NULL,
    project_id  TEXT, -- null: of no project
    remote_ip   TEXT NOT NULL,
    request_id  TEXT NOT NULL,
    before      TEXT, -- JSON object, null at a creation
    after       TEXT  -- JSON object, null at a deletion
);
CREATE INDEX events_project ON events (project_id, seq) WHERE project_id IS NOT NULL;

-- How far each durable follower of the events has come. One without a row begins
-- with the first event.
CREATE TABLE followers (
    name TEXT PRIMARY KEY,
    seq  BIGINT NOT NULL
);
