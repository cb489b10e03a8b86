"""What the tests of the dashboard share: a district whose every text is hostile, and a page run without a browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from streamlit.testing.v1 import AppTest

from casework import users
from casework.register import Register
from dashboard import who
from dashboard.sessions import COOKIE, SESSIONS
from infra.local.stack import Stack
from model.batch import Fact
from model.clock import now
from model.dead_letter import DeadLetter
from model.violation import Clause, Consulted, Coverage, Exhibit, Innocent, Measure, Span
from storage.client import Store
from storage.row_marks import RowMarks
from tests.support.storage_cases import (
    DISTRICT,
    dead_letters,
    event,
    events,
    facts,
    fresh_store,
    proof,
    store_records,
    violation,
)
from tests.support.storage_cases import violations as violation_record

# Script, an image that reports, Markdown, a formula, a terminal's colour, and a turn of the reading direction.
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>[x](http://evil.example)\x1b[31m\u202e=1+1"
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;[x](http://evil.example)\\x1b[31m\\u202e=1+1"
USER = "ann.pages"  # other tests have users of other names in the topic that all share
FORMULA = '=HYPERLINK("http://evil.example","pay")'
SESSION = {"started_at": "2026-03-04T14:00:00.000Z", "ended_at": "2026-03-04T15:00:00.000Z"}


def stored_district(stack: Stack, database: str, home: Path | None = None) -> Store:
    """A migrated database with one district: two events, two violations (one in two revisions), a dead letter.

    Its rows bear the marks of `home`, else of the home that commands use.
    """
    store = fresh_store(stack, database)
    store = store.marking(RowMarks(home)) if home else store
    row = {"name": "Maple Falls", "timezone": "America/New_York", "policy": "union-ok"}
    tbell = {"sourcedId": "p17", "givenName": "Tessa", "familyName": "Bell"}
    told = [Fact(table="district", key=DISTRICT, row=row), Fact(table="users", key="p17", row=tbell)]
    first = event("e1", account="tbell", person="p17", device="HS-LAB-01", address="10.1.0.7", raw=HOSTILE,
                  attribution=[proof("person", "p17")])  # fmt: skip
    second = event("e2", "14:20:00", source_id="proxy1", product="squid", category="proxy", action="web.requested",
                   account="tbell", domain=HOSTILE, verdict="blocked", raw=FORMULA)  # fmt: skip
    later = violation("v1abc", revision=2, status="open", **proven())
    other = violation("v2abc", status="suppressed", suppressed_by="EX-7", severity="low", account="vtech", person=None)
    letter = DeadLetter(
        dead_letter_id="d1", district=DISTRICT, source_id="dc1", stage="parse", reason=HOSTILE, raw=HOSTILE
    )
    store_records(store, [facts(told, 1), events([first, second], 2), dead_letters([letter], 3)])
    store_records(store, [violation_record([violation("v1abc", status="provisional"), later, other], 4)])
    return store


def proven() -> dict[str, Any]:
    """The fields of a violation with a whole proof, hostile wherever a vendor's or a person's words could stand."""
    evidence = msgspec.structs.replace(
        violation("x").evidence,
        exhibits=[
            Exhibit(event_id="e1", occurred_at="2026-03-04T14:00:00.000Z", source_id="dc1", shows=HOSTILE),
            Exhibit(event_id="gone", occurred_at="2026-03-04T14:40:00.000Z", source_id="dc1", shows="is not stored"),
        ],
        measures=[Measure(name="minutes at once", value=40, threshold=5, unit="min", event_ids=["e1"])],
        spans=[Span(kind="session", label=HOSTILE, **SESSION), Span(kind="overlap", label="at once", **SESSION)],
        consulted=[Consulted(reference="accounts:tbell", says=HOSTILE, failed="a test")],
        innocent_explanations=[Innocent(explanation="nat", answer=HOSTILE, holds=False)],
        coverage=[Coverage(source_id="dc1", category="auth", note="nothing received yet")],
    )
    clause = Clause(clause_id="1600/a", section="Policy 1600", quote=HOSTILE)
    shown = [one.event_id for one in evidence.exhibits]
    said = {"headline": HOSTILE, "explanation": HOSTILE}
    return {"evidence": evidence, "clauses": [clause], "event_ids": shown, **said}


def know_user(stack: Stack, store: Store) -> None:
    """The user of `log_in`: an analyst without a password."""
    with Register(stack.settings(clickhouse_url=store.url), store) as register:
        register.write(users.added(USER, ["analyst", "administrator"], None, now(), "ada", "administrator"))


def log_in(monkeypatch: pytest.MonkeyPatch, name: str = USER) -> None:
    """A session for pages that are run without a browser, which would keep the cookie."""
    value = SESSIONS.begin(name, None, now())
    monkeypatch.setattr(who, "page_cookies", lambda: {COOKIE: value})
    who.forget()


def log_in_at(stack: Stack, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, where the pages ask this store."""
    for name, value in {**stack.environment, "CLICKHOUSE_URL": store.url}.items():
        monkeypatch.setenv(name, value)
    log_in(monkeypatch)


def run_page(page: Callable[[], None], **query: str) -> AppTest:
    """A page as Streamlit runs it; raises what the page raised."""
    test = AppTest.from_function(page, default_timeout=240)
    for name, value in query.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception, test.exception
    return test


def html_of(test: AppTest) -> str:
    """Everything the page wrote as HTML."""
    return "\n".join(one.proto.body for one in test.get("html"))
