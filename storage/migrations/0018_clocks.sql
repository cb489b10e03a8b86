-- How far the clocks of a source's computers are off, by sign-ins that a domain controller told, too; times in ms.
ALTER TABLE ticks
    ADD COLUMN IF NOT EXISTS sign_ins UInt32,
    ADD COLUMN IF NOT EXISTS computers UInt32,
    ADD COLUMN IF NOT EXISTS ahead Nullable(Int64),
    ADD COLUMN IF NOT EXISTS off UInt32,
    ADD COLUMN IF NOT EXISTS doubt UInt32;
