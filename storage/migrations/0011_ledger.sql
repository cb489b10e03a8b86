-- Where each row stood in the stream, so that the ledger finds it again.
ALTER TABLE violations
    ADD COLUMN IF NOT EXISTS version UInt64,
    ADD COLUMN IF NOT EXISTS log_line UInt32;

ALTER TABLE dead_letters
    ADD COLUMN IF NOT EXISTS version UInt64,
    ADD COLUMN IF NOT EXISTS log_line UInt32;

ALTER TABLE events ADD INDEX IF NOT EXISTS version_range version TYPE minmax GRANULARITY 1;
