"""Peer-to-peer traffic, paid films and very large downloads in lesson time, and what only looks so."""
