"""What each right has to be told at home, read from the store as the user may read it."""

from collections.abc import Callable
from datetime import date, timedelta

from casework import notices
from casework.holds import standing
from casework.incidents.desk import look
from casework.incidents.incident import incidents
from casework.notices import Notice
from casework.requests.steps import requests
from casework.retention import plans
from casework.roles import may
from casework.scope import names_of, scoping
from casework.triage import MISUSE
from casework.unveiling import waiting_for
from casework.users import all_users
from dashboard.desk import Desk
from dashboard.opened_store import opened_register, opened_store
from model.clock import now
from model.settings import Settings
from storage.queries.casework import matching
from storage.queries.dead_letters import dead_letters
from storage.queries.sources import spells
from storage.queries.violations import Filter, count

_OPEN = ("open", "provisional")
_WORKED_OUT = 5  # incidents whose clocks are worked out
_WATCHED = ("person.unmasked", "person.unmask_requested", "command.refused", "user.login_failed")
_MOST = 1_000


def notices_of(here: Desk) -> list[Notice]:
    """All that whoever looks has to be told. Raises `Unavailable`."""
    asked = [ask for rights, ask in _ASKED if any(may(here.user.roles, right) for right in rights)]
    if set(here.user.roles) == {"viewer"}:
        asked.append(_shared)
    return [one for ask in asked for one in ask(here)]


def _today(here: Desk) -> date:
    return now().astimezone(here.wall.zone).date()


def _names(here: Desk) -> frozenset[str]:
    return names_of(opened_register(), here.user)


def _triage(here: Desk) -> list[Notice]:
    asked: list[tuple[notices.Group, Filter, str, str]] = [
        ("due", Filter(statuses=_OPEN, assignees=(here.user.name,), states=("assigned", "waiting")),
         "violations are assigned to you", "violations:mine"),
        ("due", Filter(statuses=_OPEN, states=("new",)), "violations nobody has looked at", "violations:new"),
        ("new", Filter(statuses=_OPEN, since=now() - timedelta(days=notices.NEW_DAYS)),
         f"violations of the last {notices.NEW_DAYS} days", "violations:week"),
    ]  # fmt: skip
    return [one for group, wanted, thing, about in asked
            for one in notices.counted(group, count(here.store, here.id, wanted), thing, about)]  # fmt: skip


def _misuse(here: Desk) -> list[Notice]:
    waiting = Filter(detections=(MISUSE,), statuses=_OPEN, states=("new", "assigned", "waiting"))
    since = now() - timedelta(days=notices.NEW_DAYS)
    found = matching(here.store, kinds=_WATCHED, since=since, limit=_MOST)
    searched = matching(here.store, district=here.id, kinds=("search.made",), since=since, limit=_MOST)
    return [
        *notices.counted("due", count(here.store, here.id, waiting), "findings about people who search", "searches"),
        *notices.counted("new", len(found), "unmaskings, refusals and failed logins of this week", "searches"),
        *notices.counted("new", len(searched), "searches of this week", "searches"),
    ]


def _shared(here: Desk) -> list[Notice]:
    found = count(here.store, here.id, Filter(statuses=_OPEN))
    return notices.counted("new", found, "violations you may open", "violations:all")


def _sources(here: Desk) -> list[Notice]:
    silent = [one for one in spells(here.counts, here.id) if one.resumed_at is None]
    said = (f"{one.source_id} has been silent since {here.wall.brief(one.silent_at)}" for one in silent)
    return [Notice("missing", one, "sources") for one in said]


def _dead_letters(here: Desk) -> list[Notice]:
    found = dead_letters(here.store, here.id, limit=_MOST)
    more = "or more " if len(found) == _MOST else ""
    return notices.counted("missing", len(found), f"{more}records could not be read, judged or stored", "sources")


def _requests(here: Desk) -> list[Notice]:
    return notices.of_requests(requests(here.store, here.id), _today(here))


def _retention(here: Desk) -> list[Notice]:
    approves, runs = (may(here.user.roles, f"{word} retention") for word in ("approve", "plan"))
    return notices.of_plans(plans(here.store, here.id), _names(here), approves, runs)


def _holds(here: Desk) -> list[Notice]:
    found = standing(here.store, here.id)
    return notices.counted("due", len(found), "holds keep records from being destroyed", "holds")


def _incidents(here: Desk) -> list[Notice]:
    found = [one for one in incidents(here.store, here.id) if one.is_open]
    store = scoping(opened_store(), here.user)
    told = [one for incident in found[:_WORKED_OUT] for one in notices.of_incident(
        incident, look(store, incident.incident_id, now()).clocks.rules, _today(here))]  # fmt: skip
    return [*told, *notices.counted("due", len(found[_WORKED_OUT:]), "more incidents are open", "incidents")]


def _unmasking(here: Desk) -> list[Notice]:
    found = waiting_for(opened_store(), here.user, Settings().hallmonitor_home, here.id)
    return notices.of_unmasking(found, _names(here))


def _users(here: Desk) -> list[Notice]:
    found = [one for one in all_users(opened_register()) if not (one.disabled or one.issuer or one.kept)]
    return [Notice("missing", f"{one.name} has no password yet", "users") for one in found]


_ASKED: tuple[tuple[tuple[str, ...], Callable[[Desk], list[Notice]]], ...] = (
    (("answer requests",), _requests),
    (("handle incidents",), _incidents),
    (("plan retention", "approve retention"), _retention),
    (("unmask",), _unmasking),
    (("triage",), _triage),
    (("review misuse",), _misuse),
    (("place holds",), _holds),
    (("read sources",), _sources),
    (("read dead letters",), _dead_letters),
    (("manage users",), _users),
)
