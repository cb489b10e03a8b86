"""Scenarios around unreturned_device."""
