"""The dashboard as a server: Streamlit's pages, and beside them the routes that send files.

Run by `streamlit run`, which looks for `app`.
"""

from pathlib import Path

import streamlit as st

from dashboard.downloads import ROUTES

app = st.App(Path(__file__).with_name("app.py"), routes=ROUTES)
