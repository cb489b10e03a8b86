"""What a records request releases: rows, decisions, tables and law in, redacted files out; and a second look."""
