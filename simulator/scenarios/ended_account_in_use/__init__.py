"""Scenarios around ended_account_in_use."""
