-- A fact bears a mark, as a decision does (storage/row_marks.py), and its whole content is part of its key: a row that
-- somebody adds with the place of a real one does not take its place. Moved as migration 0016 moves tables.
ALTER TABLE reference ADD COLUMN IF NOT EXISTS mark String;
CREATE TABLE IF NOT EXISTS reference_apart AS reference;
INSERT INTO reference SELECT * FROM reference_apart;
DROP TABLE reference_apart;
CREATE TABLE reference_apart AS reference
ENGINE = ReplacingMergeTree
PARTITION BY `table` = 'searches'
PRIMARY KEY (district, `table`, key, version, log_line)
ORDER BY (district, `table`, key, version, log_line,
    SHA256(toString(tuple(row, valid_from, valid_to, recorded_at, log_partition, log_offset, mark))))
SETTINGS old_parts_lifetime = 0;
INSERT INTO reference_apart SELECT * FROM reference;
EXCHANGE TABLES reference_apart AND reference;
INSERT INTO reference SELECT * FROM reference_apart;
DROP TABLE reference_apart;
