"""Typed questions, one file per subject: parameters bound by the server, answers bounded, rows as structs."""
