"""Vendor logs in, events out: parsers, transports, and the way to Kafka."""
