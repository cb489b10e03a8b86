"""The embedded stack: Apache Kafka and ClickHouse as child processes on loopback."""
