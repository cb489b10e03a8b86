"""Scenarios around shared_account."""
