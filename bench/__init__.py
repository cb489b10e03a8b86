"""Measurements of Hall Monitor against stated baselines, side by side on one machine; `python -m bench`."""
