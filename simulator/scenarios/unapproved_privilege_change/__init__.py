"""Rights given, safeguards weakened, with and without an approval."""
