-- Decisions stand by record class, so that a purge of one class rewrites no other, and none that must last: plans, users.
-- Holds stand apart, for some go with requests and some with cases. Moved as migration 0016 moves tables.
CREATE TABLE IF NOT EXISTS casework_apart AS casework;
INSERT INTO casework SELECT * FROM casework_apart;
DROP TABLE casework_apart;
CREATE TABLE casework_apart AS casework
ENGINE = ReplacingMergeTree
PARTITION BY multiIf(kind = 'search.made', 'searches', startsWith(entity, 'request:'), 'requests',
    startsWith(entity, 'hold:'), 'holds',
    splitByChar(':', entity)[1] IN ('retention', 'user', 'ledger', 'home'), 'lasting', 'casework')
PRIMARY KEY (district, entity, version, event_id)
ORDER BY (district, entity, version, event_id,
    SHA256(toString(tuple(kind, at, actor, role, purpose, expected_version, body, log_partition, log_offset, mark))))
SETTINGS old_parts_lifetime = 0;
INSERT INTO casework_apart SELECT * FROM casework;
EXCHANGE TABLES casework_apart AND casework;
INSERT INTO casework SELECT * FROM casework_apart;
DROP TABLE casework_apart;
