-- Reference facts as they were recorded, in the order of the log; the state at any instant is a fold over them.
CREATE TABLE IF NOT EXISTS reference (
    district LowCardinality(String),
    `table` LowCardinality(String),
    key String,
    row String CODEC(ZSTD(1)),
    valid_from Nullable(Int64),
    valid_to Nullable(Int64),
    recorded_at Nullable(Int64),
    log_partition UInt16,
    log_offset UInt64,
    log_line UInt32,
    version UInt64,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (district, `table`, key, version, log_line);
