-- Every event once, as last attributed. Ordered by what never changes, so that a later attribution is a newer
-- version of the same row; bloom filters answer "this account, this device, between these times". Plain strings:
-- LowCardinality doubles the cost of an insert, and no question we ask becomes twice as fast by it.
CREATE TABLE IF NOT EXISTS events (
    district LowCardinality(String),
    event_id String CODEC(ZSTD(1)),
    source_id String,
    product String,
    category String,
    action String,
    occurred_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    time_quality String DEFAULT 'exact',
    outcome String DEFAULT 'unknown',
    reason String,
    account String,
    account_domain String,
    target_account String,
    person String,
    device_id String,
    device String,
    mac String,
    address String,
    site String,
    session_id String CODEC(ZSTD(1)),
    url String CODEC(ZSTD(1)),
    domain String,
    verdict String,
    url_category String,
    bytes_in Nullable(Int64) CODEC(ZSTD(1)),
    bytes_out Nullable(Int64) CODEC(ZSTD(1)),
    user_agent String,
    vendor_action String,
    vendor_code String,
    raw String CODEC(ZSTD(3)) TTL if(legal_hold, toDate(65000), raw_expires_on),
    raw_encoding String,
    origin String CODEC(ZSTD(1)),
    offset Nullable(Int64) CODEC(ZSTD(1)),
    part Nullable(Int64) CODEC(ZSTD(1)),
    reporter String,
    assigned_address String,
    destination String CODEC(ZSTD(1)),
    destination_port Nullable(Int64) CODEC(ZSTD(1)),
    protocol String,
    logon_type String,
    app String,
    duration_s Nullable(Float64) CODEC(ZSTD(1)),
    attribution String CODEC(ZSTD(1)),
    log_line UInt32 CODEC(Delta, ZSTD(1)),
    version UInt64 CODEC(Delta, ZSTD(1)),
    log_offset UInt64 ALIAS bitAnd(version, 281474976710655),
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    keep_days UInt32 EPHEMERAL 3660,
    keep_raw_days UInt32 EPHEMERAL 3660,
    -- Never within 30 days of storing: an old log that is loaded to be looked at does not vanish under one's eyes.
    expires_on Date DEFAULT toDate(least(65000, greatest(
        toInt64(toDate32(if(occurred_at = toDateTime64(0, 3, 'UTC'), stored_at, least(occurred_at, stored_at))))
            + toInt64(keep_days),
        toInt64(toDate32(stored_at)) + least(toInt64(keep_days), 30)))) CODEC(ZSTD(1)),
    raw_expires_on Date DEFAULT toDate(least(65000, greatest(
        toInt64(toDate32(if(occurred_at = toDateTime64(0, 3, 'UTC'), stored_at, least(occurred_at, stored_at))))
            + toInt64(keep_raw_days),
        toInt64(toDate32(stored_at)) + least(toInt64(keep_raw_days), 30)))) CODEC(ZSTD(1)),
    legal_hold Bool DEFAULT false CODEC(ZSTD(1)),
    INDEX account_bloom account TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX target_account_bloom target_account TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX person_bloom person TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX device_id_bloom device_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX device_bloom device TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX mac_bloom mac TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX address_bloom address TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX assigned_address_bloom assigned_address TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX destination_bloom destination TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX domain_bloom domain TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX event_id_bloom event_id TYPE bloom_filter(0.001) GRANULARITY 1,
    CONSTRAINT has_event_id CHECK event_id != '',
    CONSTRAINT has_product CHECK product != ''
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(occurred_at)
PRIMARY KEY (district, occurred_at)
ORDER BY (district, occurred_at, event_id)
TTL expires_on DELETE WHERE NOT legal_hold
SETTINGS index_granularity = 1024;
