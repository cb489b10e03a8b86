-- Searches stand in a partition of their own, so that a purge of them rewrites no other decision and no other fact. A
-- decision's whole content is part of its key: a row that somebody adds beside it does not take its place.
-- The tables change places at once; what was stored meanwhile is copied after it. Ended anywhere, it begins anew, with
-- what an ended run left apart: after the change of places some rows may stand nowhere else.
CREATE TABLE IF NOT EXISTS casework_apart AS casework;
INSERT INTO casework SELECT * FROM casework_apart;
DROP TABLE casework_apart;
CREATE TABLE casework_apart AS casework
ENGINE = ReplacingMergeTree
PARTITION BY kind = 'search.made'
PRIMARY KEY (district, entity, version, event_id)
ORDER BY (district, entity, version, event_id,
    SHA256(toString(tuple(kind, at, actor, role, purpose, expected_version, body, log_partition, log_offset, mark))))
SETTINGS old_parts_lifetime = 0;
INSERT INTO casework_apart SELECT * FROM casework;
EXCHANGE TABLES casework_apart AND casework;
INSERT INTO casework SELECT * FROM casework_apart;
DROP TABLE casework_apart;

CREATE TABLE IF NOT EXISTS reference_apart AS reference;
INSERT INTO reference SELECT * FROM reference_apart;
DROP TABLE reference_apart;
CREATE TABLE reference_apart AS reference
ENGINE = ReplacingMergeTree
PARTITION BY `table` = 'searches'
ORDER BY (district, `table`, key, version, log_line)
SETTINGS old_parts_lifetime = 0;
INSERT INTO reference_apart SELECT * FROM reference;
EXCHANGE TABLES reference_apart AND reference;
INSERT INTO reference SELECT * FROM reference_apart;
DROP TABLE reference_apart;
