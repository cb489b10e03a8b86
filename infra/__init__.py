"""The servers under Hall Monitor: the embedded stack, compose.yaml, and the school of `make live`."""
