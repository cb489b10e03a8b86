-- The method of a web request (GET, POST), where the record gives it.
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS method LowCardinality(String);
