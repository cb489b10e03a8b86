"""Requests for records: from intake over collection, decisions and letters to the close; all of it decisions."""
