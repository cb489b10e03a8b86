-- Every revision of every violation, and a view of the newest. `body` is the line as the stream wrote it.
CREATE TABLE IF NOT EXISTS violations (
    district LowCardinality(String),
    violation_id String,
    epoch UInt32,
    revision UInt32,
    detection LowCardinality(String),
    reason LowCardinality(String),
    reasons Array(LowCardinality(String)),
    severity LowCardinality(String),
    confidence LowCardinality(String),
    status LowCardinality(String),
    basis LowCardinality(String),
    headline String,
    account LowCardinality(String),
    person LowCardinality(String),
    device_id LowCardinality(String),
    vendor LowCardinality(String),
    started_at DateTime64(3, 'UTC'),
    ended_at DateTime64(3, 'UTC'),
    policy LowCardinality(String),
    suppressed_by String,
    superseded_by String,
    ratified_by String,
    event_ids Array(String) CODEC(ZSTD(1)),
    body String CODEC(ZSTD(3)),
    log_partition UInt16,
    log_offset UInt64,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'),
    expires_on Date,
    legal_hold Bool DEFAULT false
)
ENGINE = ReplacingMergeTree
ORDER BY (district, violation_id, epoch, revision)
TTL expires_on DELETE WHERE NOT legal_hold;

CREATE VIEW IF NOT EXISTS newest_violations AS
SELECT * FROM violations
ORDER BY district, violation_id, epoch DESC, revision DESC, stored_at
LIMIT 1 BY district, violation_id;
