"""The ledger: what was stored, sealed hour by hour, so that nobody changes, removes or adds a row unnoticed."""
