"""The pages, one file each; not called `pages`, which Streamlit would run by itself."""
