"""Scenarios around vendor_outside_vpn."""
