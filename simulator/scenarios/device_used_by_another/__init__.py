"""Scenarios around device_used_by_another."""
