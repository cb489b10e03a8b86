"""The ordinary day: what nobody needs to look at, and what everything else is hidden in."""
