-- What people decided, one row each, in the order of the log; the state of an entity is a fold over its rows.
CREATE TABLE IF NOT EXISTS casework (
    district LowCardinality(String),
    entity String,
    event_id String,
    kind LowCardinality(String),
    at DateTime64(3, 'UTC'),
    actor LowCardinality(String),
    role LowCardinality(String),
    purpose LowCardinality(String),
    expected_version Nullable(UInt32),
    body String CODEC(ZSTD(3)),
    log_partition UInt16,
    log_offset UInt64,
    version UInt64,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (district, entity, version, event_id);
