"""What a page says when it has nothing to show: why, and what to do about it."""

import traceback
from collections.abc import Callable

import streamlit as st
import structlog
from kafka.errors import KafkaError

from casework.register import NotRecorded
from dashboard import hypertext as h
from dashboard.desk import NothingStored
from dashboard.opened_store import NoAddress
from dashboard.who import NotLoggedIn
from documents.plain import visible
from model.settings import Settings, without_secrets
from storage.client import QueryFailed, Unavailable

log = structlog.get_logger("dashboard")


def guarded(view: Callable[[], None]) -> None:
    """Show a view, or what stands in its way."""
    try:
        view()
    except NothingStored:
        nothing_stored()
    except NotLoggedIn:
        logged_out()
    except (NotRecorded, KafkaError) as error:
        not_recorded(error)
    except NoAddress:
        no_address()
    except Unavailable as error:
        unavailable(error)
    except QueryFailed as error:
        refused(error)
    except Exception:  # the page says that it failed and where it is written down; the log says how
        unexpected()


def nothing(what: str, do: str) -> None:
    """An empty state: `what` there is none of, and what one could `do`."""
    st.html(h.element("div", h.element("b", what), do, class_="hm-empty"))


def nothing_stored() -> None:
    """The store holds no district."""
    nothing(
        "Nothing has been stored yet",
        "Run a district through: hallmonitor run DISTRICT. To try with an invented one: hallmonitor simulate demo"
        " --seed 1, then hallmonitor run demo. This page then shows what was found.",
    )


def logged_out() -> None:
    """The session has ended."""
    link = h.element("a", "Log in", href="/login", target="_self")
    st.html(h.element("div", h.element("b", "You are logged out. "), link, class_="hm-empty"))


def not_recorded(error: Exception) -> None:
    """What somebody looks for is kept before it is shown, and could not be."""
    log.warning("a search could not be recorded", reason=str(error))
    st.error(
        "**This search could not be recorded, so nothing is shown.** `hallmonitor status` says which server is away."
    )
    _again()
    _details(str(error))


def no_address() -> None:
    """Nobody said where ClickHouse is."""
    st.error(
        "**The dashboard does not know where ClickHouse is.** Start it with `hallmonitor dashboard`, which finds the"
        " running stack, or set `CLICKHOUSE_URL`."
    )


def unavailable(error: Unavailable) -> None:
    """ClickHouse does not answer."""
    log.warning("ClickHouse does not answer", reason=str(error))
    st.error(
        "**ClickHouse does not answer.** Nothing is lost: what is judged waits in Kafka until it can be stored."
        "\n\n`hallmonitor status` says which server is away and `hallmonitor up` starts the embedded stack again. Then:"
    )
    _again()
    _details(f"{without_secrets(Settings().clickhouse_url)}\n{error}")


def refused(error: QueryFailed) -> None:
    """ClickHouse refused a question of ours; before the first run it has no tables."""
    if "UNKNOWN_TABLE" in str(error) or "UNKNOWN_DATABASE" in str(error):
        nothing_stored()
        return
    log.error("ClickHouse refused a question", reason=str(error))
    st.error(
        "**ClickHouse refused the question behind this page.** Most often its tables are older than this program:"
        " `hallmonitor run` brings them up to date. If they are not, the words below belong into a bug report."
    )
    _again()
    _details(str(error))


def unexpected() -> None:
    """A mistake of ours; called while it is handled."""
    log.error("a page failed", trace=traceback.format_exc())  # without the values, which are the district's
    st.error(
        "**This page failed, by a mistake of the program.** Nothing that is stored was touched. What went wrong stands"
        " in `dashboard.log` among the logs of the home folder; please add it to a bug report, without the data in it."
    )
    _again()


def _again() -> None:
    if st.button("Try again", type="primary"):
        st.rerun()


def _details(words: str) -> None:
    with st.expander("What it said"):
        st.code(visible(words), language=None, wrap_lines=True)
