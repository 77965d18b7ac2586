-- What an overview asks for: the use of a day, what expires soon, what is idle;
-- and which credential took another's place.

-- With all that is read, so that a sum over a day never visits the table.
CREATE INDEX usage_day ON usage (day, project_id, credential_id, requests);

CREATE INDEX credentials_expiry ON credentials (expires_at) WHERE revoked_at IS NULL AND expires_at IS NOT NULL;
CREATE INDEX credentials_idle ON credentials ((coalesce(last_used_at, created_at))) WHERE revoked_at IS NULL;

-- The credential that replaces this one; null unless it was rotated.
ALTER TABLE credentials ADD COLUMN successor_id TEXT REFERENCES credentials (id);
