"""A file that a command writes: whole, or not at all."""

from pathlib import Path


def write_whole(out: Path, content: bytes) -> None:
    """Write the file; where that fails, as on a full disk, no piece of a new one is left. Raises OSError."""
    new = not out.exists()
    try:
        out.write_bytes(content)
    except OSError:
        if new:
            out.unlink(missing_ok=True)
        raise
