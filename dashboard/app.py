"""The investigators' view: which pages there are, what stands above every page, and what is said when a server is away.

Run by `hallmonitor dashboard`; Streamlit executes this file anew for every view.
"""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from casework.roles import RIGHTS, may
from casework.users import User
from dashboard import hypertext as h
from dashboard import links, stylesheet, trouble
from dashboard.desk import desk
from dashboard.masthead import masthead
from dashboard.pages_ import (
    case,
    disclosures,
    home,
    incidents,
    ledger,
    reports,
    requests,
    retention,
    search,
    searches,
    sources,
    timeline,
    users,
    violation,
    violations,
)
from dashboard.who import here

SEARCH = st.Page(search.show, title="Search", url_path=links.SEARCH, visibility="hidden")
# Each page and the rights of which one opens it; what it then shows is decided below the pages (casework/scope.py).
_FOUND = ("read violations", "read searches", "open what was shared")
_DISCLOSED = ("handle incidents", "answer requests")
_ANYTHING = tuple(RIGHTS)
PAGES = [
    (st.Page(home.show, title="Home", default=True), _ANYTHING),
    (st.Page(violations.show, title="Violations", url_path=links.VIOLATIONS), _FOUND),
    (st.Page(case.show, title="Cases", url_path=links.CASES), ("work on cases",)),
    (st.Page(timeline.show, title="Timeline", url_path=links.TIMELINE), ("read events",)),
    (st.Page(reports.show, title="Reports", url_path=links.REPORTS), ("read events",)),
    (st.Page(sources.show, title="Sources", url_path=links.SOURCES), ("read sources",)),
    (st.Page(incidents.show, title="Incidents", url_path=links.INCIDENTS), ("handle incidents",)),
    (st.Page(requests.show, title="Requests", url_path=links.REQUESTS), ("answer requests",)),
    (
        st.Page(disclosures.show, title="Disclosures", url_path=links.DISCLOSURES),
        ("handle incidents", "answer requests"),
    ),
    (st.Page(searches.show, title="Searches", url_path=links.SEARCHES), ("read searches",)),
    (st.Page(retention.show, title="Retention", url_path=links.RETENTION), ("plan retention", "approve retention")),
    (st.Page(ledger.show, title="Ledger", url_path=links.LEDGER), ("plan retention", "manage users", "read searches")),
    (st.Page(users.show, title="Users", url_path=links.USERS), ("manage users",)),
    (st.Page(violation.show, title="Violation", url_path=links.VIOLATION, visibility="hidden"), _FOUND),
    (SEARCH, ("read events",)),
]
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="150" height="24" viewBox="0 0 150 24">'
    '<rect x="1" y="3" width="4" height="18" fill="#1f5f7a"/><rect x="8" y="9" width="4" height="12" fill="#7aa7b8"/>'
    '<rect x="15" y="6" width="4" height="15" fill="#b3261e"/><text x="28" y="18" font-family="system-ui, DejaVu Sans,'
    ' sans-serif" font-size="16" font-weight="650" fill="{ink}">Hall Monitor</text></svg>'
)


def main() -> None:
    """One view."""
    dark = st.context.theme.type == "dark"
    st.set_page_config(page_title="Hall Monitor", layout="wide")
    st.logo(LOGO.format(ink="#e4e9ee" if dark else "#17202a"), size="large")
    st.html(stylesheet.screen(dark))
    trouble.guarded(_view)


def _view() -> None:
    try:
        user = here().user
    except Exception:
        st.navigation([page for page, _ in PAGES], position="hidden")  # "Try again" then comes back to this page
        raise
    opened = _opened(user)
    page = st.navigation(opened or [st.Page(_no_page, title="Home", default=True)], position="top")
    st.set_page_config(page_title=f"{page.title} · Hall Monitor")
    _who_is_here(user)
    if not opened:
        page.run()
        return
    place = desk()
    sought = masthead(place) if may(user.roles, "read events") else None
    if sought:
        st.switch_page(SEARCH, query_params={"q": sought, "district": place.id})
    with st.spinner("Asking ClickHouse …"):
        page.run()


def _opened(user: User) -> list[StreamlitPage]:
    """The pages of a user."""
    return [page for page, rights in PAGES if any(may(user.roles, right) for right in rights)]


def _no_page() -> None:
    trouble.nothing(
        "Nothing here is open to your role yet",
        "What you may do is done at the command line, with --user and your name: hallmonitor --help.",
    )


def _who_is_here(user: User) -> None:
    said = f"{user.name} · {', '.join(role.replace('_', ' ') for role in user.roles)} · "
    st.html(h.element("div", said, h.element("a", "Log out", href="/logout", target="_self"), class_="hm-soft"))


main()
