"""The tables of the ledger's book (storage/ledger/book.py)."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS secrets (district TEXT, class TEXT, hour TEXT, version INTEGER, line INTEGER, secret BLOB,
  PRIMARY KEY (district, class, hour, version, line)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS open (district TEXT, class TEXT, version INTEGER, hour TEXT, partition INTEGER, lines BLOB,
  leaves BLOB, PRIMARY KEY (district, class, version));
CREATE TABLE IF NOT EXISTS reached (district TEXT, class TEXT, topic INTEGER, version INTEGER,
  PRIMARY KEY (district, class, topic)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chain (district TEXT, number INTEGER, kind TEXT, body TEXT, previous TEXT, sealed_at TEXT,
  key_id TEXT, signature TEXT, PRIMARY KEY (district, number));
CREATE TABLE IF NOT EXISTS marks (district TEXT, number INTEGER, class TEXT, hour TEXT, first INTEGER, last INTEGER,
  places BLOB, checks BLOB, PRIMARY KEY (district, number));
CREATE INDEX IF NOT EXISTS marks_of ON marks (district, class, first);
CREATE TABLE IF NOT EXISTS destroyed (district TEXT, number INTEGER, certificate TEXT, PRIMARY KEY (district, number));
CREATE TABLE IF NOT EXISTS plans (district TEXT, plan TEXT PRIMARY KEY, before TEXT, certificate TEXT);
CREATE TABLE IF NOT EXISTS begun (plan TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS doomed (plan TEXT, class TEXT, id TEXT, version INTEGER, line INTEGER, number INTEGER,
  leaf BLOB, PRIMARY KEY (plan, class, version, line)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS doomed_again (plan TEXT, class TEXT, id TEXT, version INTEGER, line INTEGER,
  PRIMARY KEY (plan, class, id, version, line)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS heard (topic TEXT, partition INTEGER, writer TEXT, offset INTEGER, number INTEGER,
  PRIMARY KEY (topic, partition, writer, offset)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gone (district TEXT, class TEXT, version INTEGER, line INTEGER, leaf BLOB, why TEXT,
  PRIMARY KEY (district, class, version, line)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS boxes (district TEXT, id TEXT, key BLOB, PRIMARY KEY (district, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lost (district TEXT, id TEXT, opens TEXT, PRIMARY KEY (district, id)) WITHOUT ROWID;
"""
