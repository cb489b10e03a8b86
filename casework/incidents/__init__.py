"""Incidents: what happened, since when and until when, whom it touches, which law wants whom to be told, and how."""
