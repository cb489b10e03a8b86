-- Ids of rows that a purge deletes; empty between purges. Parts that a purge replaced are removed at once.
CREATE TABLE IF NOT EXISTS purging (record_class LowCardinality(String), id String)
ENGINE = MergeTree ORDER BY (record_class, id) SETTINGS old_parts_lifetime = 0;
ALTER TABLE events MODIFY SETTING old_parts_lifetime = 0;
ALTER TABLE violations MODIFY SETTING old_parts_lifetime = 0;
ALTER TABLE dead_letters MODIFY SETTING old_parts_lifetime = 0;
