"""Scenarios around unapproved_vendor_session."""
