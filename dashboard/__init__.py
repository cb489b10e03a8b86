"""The investigators' view: one Streamlit file per page."""
