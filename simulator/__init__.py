"""A district that never was: people, bells and machines, their raw logs, and what must be found in them."""
