-- How a record came by the names in it (authenticated, observed, claimed), and which machine handed it to our listener.
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS account_basis String,
    ADD COLUMN IF NOT EXISTS device_basis String,
    ADD COLUMN IF NOT EXISTS received_from String;
