"""Retention: the schedule, what is due under it, and the purge that destroys it provably."""
