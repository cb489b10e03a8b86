"""The dashboard as a server: Streamlit's pages, beside them the routes that send files, and the door before both.

Run by `streamlit run`, which looks for `app`.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard.door import Door
from dashboard.downloads import ROUTES
from model.settings import Settings

DOOR = Middleware(Door, names=Settings().hallmonitor_hosts.split(","))
app = st.App(Path(__file__).with_name("app.py"), routes=ROUTES, middleware=[DOOR])
