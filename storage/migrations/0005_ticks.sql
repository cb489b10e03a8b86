-- How far each source has been read, as it last said so itself.
CREATE TABLE IF NOT EXISTS ticks (
    district LowCardinality(String),
    source_id LowCardinality(String),
    reached_at Nullable(Int64),
    ended Bool DEFAULT false,
    log_partition UInt16,
    log_offset UInt64,
    version UInt64,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (district, source_id);
