"""The investigators' view: which pages there are, what stands above every page, and what is said when a server is away.

Run by `hallmonitor dashboard`; Streamlit executes this file anew for every view.
"""

from collections.abc import Callable

import streamlit as st

from dashboard import links, stylesheet, trouble
from dashboard.desk import desk
from dashboard.masthead import masthead
from dashboard.pages_ import search, sources, timeline, violation, violations

SEARCH = st.Page(search.show, title="Search", url_path=links.SEARCH, visibility="hidden")
PAGES = [
    st.Page(violations.show, title="Violations", default=True),
    st.Page(timeline.show, title="Timeline", url_path=links.TIMELINE),
    st.Page(sources.show, title="Sources", url_path=links.SOURCES),
    st.Page(violation.show, title="Violation", url_path=links.VIOLATION, visibility="hidden"),
    SEARCH,
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
    page = st.navigation(PAGES, position="top")
    st.set_page_config(page_title=f"{page.title} · Hall Monitor", layout="wide")
    st.logo(LOGO.format(ink="#e4e9ee" if dark else "#17202a"), size="large")
    st.html(stylesheet.screen(dark))
    trouble.guarded(lambda: _view(page.run))


def _view(show: Callable[[], None]) -> None:
    here = desk()
    if sought := masthead(here):
        st.switch_page(SEARCH, query_params={"q": sought, "district": here.id})
    with st.spinner("Asking ClickHouse …"):
        show()


main()
