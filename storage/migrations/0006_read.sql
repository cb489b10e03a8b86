-- How many records the judge has taken in of each source, once each; what is stored is compared with it.
ALTER TABLE ticks
    ADD COLUMN IF NOT EXISTS read UInt64,
    ADD COLUMN IF NOT EXISTS unrecognised UInt64,
    ADD COLUMN IF NOT EXISTS dead_letters UInt64,
    ADD COLUMN IF NOT EXISTS late UInt64;
