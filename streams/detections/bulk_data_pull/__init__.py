"""Somebody exported more records, or sent more data to storage that the district has not sanctioned, than is usual.

Why: this is how the records of students leave a district, and when it did decides whom it must tell.
Wrong when: the person's duty is to export (a registrar, a counselor) and no exemption says so, or a yearbook or the end
    of a term needs it; the finding says what is usual for the role on that weekday.
Do: ask the person what it was for; end the share or the sync; put the duty on record as an exemption.
"""

from datetime import timedelta

from streams.detection import Detection, Pulls
from streams.detections.bulk_data_pull.judge import REASONS, judge
from streams.detections.bulk_data_pull.sight import DETECTION as NAME
from streams.detections.bulk_data_pull.sight import (
    LISTENS,
    alike,
    amount,
    passes_over,
    rules_of,
    sight,
    subject,
    worth_judging,
)

DETECTION = Detection(
    name=NAME,
    major=1,
    title="Bulk pull of student data",
    reasons=REASONS,
    on=LISTENS,
    sight=sight,
    passes_over=passes_over,
    subject=subject,
    judge=judge,
    needs={
        "whole_export": frozenset({"auth"}),
        "exported_records": frozenset({"auth"}),
        "unsanctioned_storage": frozenset({"proxy"}),
    },
    remembers=timedelta(days=5),
    tables=frozenset({"accounts", "approvals", "domains", "exemptions", "roles", "users"}),
    join=timedelta(minutes=1),
    alike=alike,
    reach=1,
    worth_judging=worth_judging,
    movable=lambda sighting: sighting.kind != "record.exported",
    pulls=Pulls(amount, lambda policy: rules_of(policy).cohort_days),
)
