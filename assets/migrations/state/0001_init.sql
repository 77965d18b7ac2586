-- The state of an installation. Ids are UUIDs as text, times are unix
-- milliseconds (UTC), both made by the program. The types are the ones that
-- SQLite and PostgreSQL share, but for BLOB, which PostgreSQL calls BYTEA.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
);

-- The row that a health check writes, to prove that a write is possible.
CREATE TABLE probe (
    id    BIGINT PRIMARY KEY,
    count BIGINT NOT NULL,
    pad   BLOB
);
INSERT INTO probe (id, count) VALUES (1, 0);

CREATE TABLE users (
    id           TEXT PRIMARY KEY,
    email        TEXT NOT NULL UNIQUE, -- normalised by the program
    full_name    TEXT NOT NULL,
    is_active    BOOLEAN NOT NULL,
    is_superuser BOOLEAN NOT NULL,
    is_verified  BOOLEAN NOT NULL,     -- false until the first sign-in
    token_grant  BIGINT NOT NULL,
    tier         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);

-- One living code an address: a new one takes the place of the old one.
CREATE TABLE login_codes (
    email      TEXT PRIMARY KEY,
    mac        BLOB NOT NULL,
    nonce      BLOB NOT NULL,
    tries      BIGINT NOT NULL,
    sent_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX login_codes_expiry ON login_codes (expires_at);

CREATE TABLE sessions (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id),
    ip           TEXT NOT NULL,
    user_agent   TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at   BIGINT NOT NULL,
    revoked_at   BIGINT
);
CREATE INDEX sessions_user ON sessions (user_id, created_at, id);

-- A session is a family of refresh tokens, of which at most one is unused.
CREATE TABLE refresh_tokens (
    digest     BLOB PRIMARY KEY, -- SHA-256
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE projects (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    account_id TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT
);

CREATE TABLE members (
    project_id TEXT NOT NULL REFERENCES projects (id),
    user_id    TEXT NOT NULL REFERENCES users (id),
    role       TEXT NOT NULL CHECK (role IN ('owner', 'member', 'viewer')),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, user_id)
);
CREATE INDEX members_user ON members (user_id);

-- API keys, JWT secrets and key pairs.
CREATE TABLE credentials (
    id            TEXT PRIMARY KEY,
    project_id    TEXT NOT NULL REFERENCES projects (id),
    kind          TEXT NOT NULL,
    name          TEXT NOT NULL,
    prefix        TEXT NOT NULL,
    hint          TEXT NOT NULL,
    scopes        TEXT, -- JSON array of strings; null: no restriction
    digest        BLOB, -- SHA-256 of the key, or of a pair's api key
    second_digest BLOB, -- SHA-256 of a pair's secret key
    second_hint   TEXT NOT NULL,
    sealed        BLOB, -- a JWT secret, encrypted
    created_by    TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    expires_at    BIGINT,
    revoked_at    BIGINT,
    last_used_at  BIGINT
);
CREATE UNIQUE INDEX credentials_digest ON credentials (kind, digest);
CREATE INDEX credentials_project ON credentials (project_id, kind, created_at, id);

-- Requests by one credential on one day (days since 1970-01-01, UTC).
CREATE TABLE usage (
    credential_id TEXT NOT NULL REFERENCES credentials (id),
    project_id    TEXT NOT NULL REFERENCES projects (id),
    day           BIGINT NOT NULL,
    requests      BIGINT NOT NULL,
    PRIMARY KEY (credential_id, day)
);
CREATE INDEX usage_project ON usage (project_id, day);

-- Keys of the server itself: at most one waits and one is active a purpose.
CREATE TABLE server_keys (
    id           TEXT PRIMARY KEY,
    purpose      TEXT NOT NULL,
    algorithm    TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('next', 'active', 'retired')),
    sealed       BLOB NOT NULL,
    created_at   BIGINT NOT NULL,
    activated_at BIGINT,
    retired_at   BIGINT
);
CREATE UNIQUE INDEX server_keys_state ON server_keys (purpose, state) WHERE state <> 'retired';

-- The local mailbox, where mail goes when there is no SMTP server.
CREATE TABLE mails (
    id         TEXT PRIMARY KEY,
    recipient  TEXT NOT NULL,
    subject    TEXT NOT NULL,
    sealed     BLOB NOT NULL,
    at         BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX mails_newest ON mails (at, id);
