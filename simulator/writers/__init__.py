"""One file per product: each turns happenings into that vendor's raw lines, quirks included."""
