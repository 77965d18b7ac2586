-- The request log. Ids are UUIDv7 as text, so they sort by time of arrival;
-- times are unix milliseconds (UTC); "" stands for what is not known.

CREATE TABLE requests (
    id              TEXT PRIMARY KEY,
    at              BIGINT NOT NULL,
    method          TEXT NOT NULL,
    route           TEXT NOT NULL,
    path            TEXT NOT NULL,
    status          BIGINT NOT NULL,
    duration_us     BIGINT NOT NULL,
    bytes           BIGINT NOT NULL,
    remote_ip       TEXT NOT NULL,
    user_agent      TEXT NOT NULL,
    request_id      TEXT NOT NULL,
    scheme          TEXT NOT NULL,
    credential_id   TEXT NOT NULL,
    credential_hint TEXT NOT NULL,
    project_id      TEXT NOT NULL,
    user_id         TEXT NOT NULL,
    reason          TEXT NOT NULL
);

-- Every index ends in the id, so that a filtered page comes out newest first
-- without a sort, and leaves out the rows that nobody looks up by it: most
-- requests are 2xx, and many carry no credential.
CREATE INDEX requests_project ON requests (project_id, id) WHERE project_id <> '';
CREATE INDEX requests_credential ON requests (credential_id, id) WHERE credential_id <> '';
CREATE INDEX requests_user ON requests (user_id, id) WHERE user_id <> '' AND project_id = '';
CREATE INDEX requests_status ON requests (status, id) WHERE status >= 300;
CREATE INDEX requests_class ON requests ((status / 100), id) WHERE status >= 300;

-- How far a record's own time was ever ahead of (lead) or behind (lag) the
-- time in its id, in milliseconds. It turns a range of times into a range of
-- ids that is sure to hold it.
CREATE TABLE skew (
    id   BIGINT PRIMARY KEY,
    lead BIGINT NOT NULL,
    lag  BIGINT NOT NULL
);
INSERT INTO skew (id, lead, lag) VALUES (1, 0, 0);
