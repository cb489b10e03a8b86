"""The Sigma rules of a policy: each is a detection of its own, judged by the engine like those that ship.

Why: a district's analyst can look for what nobody here thought of, in the words that the field shares.
Wrong when: the rule is too wide. It looks at records alone and knows nothing of who was asked to do what.
Do: read the exhibits and the rule's own list of false positives, then ask whoever is named.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from model.policy import Policy
from model.policy.sigma import SigmaRule
from model.vocabulary import SIGMA
from streams.detection import Detection
from streams.detections.sigma.judge import judge
from streams.detections.sigma.kinds import reads
from streams.detections.sigma.limits import most_kept
from streams.detections.sigma.sight import Reader

DAY = timedelta(days=1)
REMEMBERED = timedelta(days=10)
TABLES = frozenset({"accounts", "calendar", "devices", "exemptions", "users"})


def detections_of(policy: Policy) -> Iterator[Detection]:
    """The detections that the rules of a policy amount to, in order of their names."""
    return (_detection(name, policy.sigma[name].digest, policy.sigma[name]) for name in sorted(policy.sigma))


def _detection(name: str, digest: str, rule: SigmaRule) -> Detection:
    reader = Reader(rule)
    reach = -(-timedelta(seconds=rule.timespan_s) // DAY)
    return Detection(
        name=SIGMA + name,
        major=1,
        title=rule.title,
        reasons=(rule.kind,),
        on=frozenset(),
        sight=reader.sight,
        concerns=reader.concerns,
        subject=reader.subject,
        judge=partial(judge, name, digest),
        needs={rule.kind: frozenset(rule.categories)},
        remembers=REMEMBERED + reach * DAY,
        tables=TABLES,
        reach=reach,
        movable=lambda sighting: True,
        reads=reads(rule),
        version=f"@{digest}",
        most=most_kept(rule),
    )
