-- Credentials of all kinds, newest first: of one project, and of all.

CREATE INDEX credentials_newest ON credentials (project_id, created_at, id);
CREATE INDEX credentials_newest_of_all ON credentials (created_at, id);
