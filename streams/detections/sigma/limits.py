"""How much of one subject and school day is remembered for a rule: a rule that fits everything must not fill memory."""

from model.policy.sigma import SigmaRule

MOST_EVENTS = 200  # of a rule without a correlation, and of each rule of a temporal one
MORE_THAN_ENOUGH = 1_000  # beyond the count that makes a finding


def most_kept(rule: SigmaRule) -> int:
    """How many events of each kind are kept of a subject and school day, the earliest."""
    counts = rule.kind in ("event_count", "value_count", "value_sum")
    enough = int(rule.least) if rule.kind in ("event_count", "value_count") else 0
    return enough + MORE_THAN_ENOUGH if counts else MOST_EVENTS
