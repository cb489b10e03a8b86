"""Scenarios around the district's own rules of Sigma."""
