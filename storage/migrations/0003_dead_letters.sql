-- What a stage refused, whole; over 900 KB in numbered parts. A retry is a row of its own: nothing is edited.
CREATE TABLE IF NOT EXISTS dead_letters (
    district LowCardinality(String),
    dead_letter_id String,
    part UInt32 DEFAULT 1,
    parts UInt32 DEFAULT 1,
    source_id LowCardinality(String),
    stage LowCardinality(String),
    reason String CODEC(ZSTD(1)),
    raw String CODEC(ZSTD(3)),
    raw_encoding LowCardinality(String),
    occurred_at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    origin String,
    event_id String,
    log_partition UInt16,
    log_offset UInt64,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'),
    expires_on Date,
    legal_hold Bool DEFAULT false
)
ENGINE = ReplacingMergeTree
ORDER BY (district, dead_letter_id, part)
TTL expires_on DELETE WHERE NOT legal_hold;

CREATE TABLE IF NOT EXISTS dead_letter_retries (
    district LowCardinality(String),
    dead_letter_id String,
    retried_at DateTime64(3, 'UTC'),
    retried_by String
)
ENGINE = ReplacingMergeTree
ORDER BY (district, dead_letter_id, retried_at);
