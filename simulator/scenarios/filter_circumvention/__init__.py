"""Scenarios around filter_circumvention."""
