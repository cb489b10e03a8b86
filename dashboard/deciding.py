"""Writes what somebody decides on a page, and says there what came of it."""

import streamlit as st
from kafka.errors import KafkaError

from casework.register import NotRecorded
from dashboard.opened_store import opened_register
from dashboard.who import forget
from model.casework import CaseworkEvent
from storage.client import QueryFailed, Unavailable

_SAID = "decided"  # in the session: what is said once on the next run


def write(events: list[CaseworkEvent], done: str) -> bool:
    """Write decisions; `done` is said where all hold. One that came too late says who was first. Whether all hold.

    Where a server fails in between, it is said how many were made.
    """
    late, made = [], 0
    try:
        for event in events:
            entry = opened_register().write(event)
            made += 1
            if not entry.holds:
                first = f"{entry.first.actor} was first" if entry.first else "somebody was first"
                late.append(f"{event.entity.partition(':')[2][:10]}: {first}")
    except (NotRecorded, KafkaError, Unavailable, QueryFailed) as error:
        before = f" {made} of {len(events)} were recorded before." if made else ""
        st.error(f"It could not be recorded: {error}.{before}")
        return False
    finally:
        forget()
    said = f"Not done: {'; '.join(late)}. Look at it and decide again; the attempt is recorded." if late else done
    st.session_state[_SAID] = (not late, said)
    return not late


def tell() -> None:
    """Say what came of the last decision, once."""
    told = st.session_state.pop(_SAID, None)
    if told:
        (st.success if told[0] else st.warning)(told[1])
