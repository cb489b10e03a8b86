"""What every page works with: the store, the district it is about, and the clock on that district's wall."""

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from casework.users import User
from dashboard.local_time import Wall
from dashboard.who import here
from model.clock import now
from storage.client import Store
from storage.queries.districts import District, districts
from storage.queries.sources import sources

CHOICE = "district_choice"  # the key of the widget
_KEY, _BEFORE = "district", "district_before"  # in the address, in the session


class NothingStored(LookupError):
    """No district has been run yet."""


@dataclass(frozen=True)
class Desk:
    """One look at one district."""

    user: User
    store: Store  # as the user may read it
    counts: Store  # for questions that answer with numbers of sources
    districts: list[District]
    district: District

    @cached_property
    def wall(self) -> Wall:
        """The clock on the district's wall."""
        return Wall(self.district.timezone)

    @property
    def id(self) -> str:
        """The district's id."""
        return self.district.id

    def source_ids(self) -> list[str]:
        """The sources of the district, for a filter; a minute old at most, for all of its events are counted."""
        return _source_ids(self.counts, self.counts.url, self.id, self.user.name)


@st.cache_data(ttl=60, show_spinner=False)
def _source_ids(_store: Store, url: str, district: str, user: str) -> list[str]:
    return [one.source_id for one in sources(_store, district, now())]


def choose_district() -> None:
    """Show the district that was chosen above the page from its beginning."""
    st.query_params.from_dict({_KEY: st.session_state[CHOICE]})


def desk() -> Desk:
    """The district that the address names, else the one looked at before, else the first.

    Raises NothingStored, NotLoggedIn, NoAddress or Unavailable.
    """
    who = here()
    known = districts(who.store)
    if not known:
        raise NothingStored
    wanted = st.query_params.get(_KEY) or st.session_state.get(_BEFORE)
    found = next((one for one in known if one.id == wanted), known[0])
    st.session_state[_BEFORE] = found.id
    return Desk(who.user, who.store, who.counts, known, found)
