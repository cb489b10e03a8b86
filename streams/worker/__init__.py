"""Kafka: the Faust shell, partitions, and turns written in one transaction."""
