"""The dashboard as a server: Streamlit's pages, beside them the routes that send files, the door before both, and
behind the door the guard who asks for a session.

Run by `streamlit run`, which looks for `app`.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard import login, single_sign_on
from dashboard.door import Door
from dashboard.downloads import ROUTES
from dashboard.guard import Guard
from model.settings import Settings

DOOR = Middleware(Door, names=Settings().hallmonitor_hosts.split(","))
app = st.App(
    Path(__file__).with_name("app.py"),
    routes=[*login.ROUTES, *single_sign_on.ROUTES, *ROUTES],
    middleware=[DOOR, Middleware(Guard)],
)
