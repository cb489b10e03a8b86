-- The realm of the account acted upon: `tbell@gmail.com` is not the district's `tbell`.
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS target_domain String;
