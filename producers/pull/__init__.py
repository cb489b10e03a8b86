"""Records fetched from a vendor's API into a spool: one engine for all vendors, each of which is a table."""
