"""Sigma: rules as the field writes them, read with pySigma into the form of `model.policy.sigma`."""
