"""The history in ClickHouse: migrations, the sink, typed queries; the only importer of clickhouse_connect."""
