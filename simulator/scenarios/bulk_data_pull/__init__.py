"""Student data and files taken out in bulk, and what only looks so."""
