-- A credential can be paused, and says what it is for and whose it is.

ALTER TABLE credentials ADD COLUMN paused_at BIGINT; -- null unless it is paused
ALTER TABLE credentials ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE credentials ADD COLUMN owner TEXT NOT NULL DEFAULT '';
