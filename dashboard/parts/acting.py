"""What a button of a page does: in the name of who is logged in, with a refusal said in a sentence."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from kafka.errors import KafkaError

from casework.exports.folder import ExportRefused
from casework.production.of_request import Superseded
from casework.production.produce import NotOneStudent
from casework.production.scan import Leak
from casework.register import NotRecorded
from casework.requests.rules import RequestRefused
from casework.requests.steps import Actor
from casework.roles import may, role_for
from dashboard.desk import Desk
from documents.plain import visible

T = TypeVar("T")


def actor(here: Desk, right: str) -> Actor:
    """Who acts on this page, in the role that has the right. Raises `RequestRefused` without it."""
    if not may(here.user.roles, right):
        raise RequestRefused(f"{here.user.name} may not {right}")
    return Actor(here.user.name, role_for(here.user.roles, right))


def done(do: Callable[[], T], meanwhile: str = "Recording …") -> T | None:
    """Do it; where it was refused or not recorded, say why and return None."""
    try:
        with st.spinner(meanwhile):
            return do()
    except (RequestRefused, Leak, NotOneStudent, Superseded, ExportRefused) as refused:
        st.error(_plain(str(refused)))
    except (NotRecorded, KafkaError) as error:
        st.error(_plain(f"It could not be recorded, so nothing was done: {error}"))
    return None


def _plain(said: str) -> str:
    """A sentence without what Streamlit would read as markup."""
    return "".join(f"\\{one}" if one in "\\`*_{}[]()<>#+!|~$:" else one for one in visible(said))
