"""A file that a command writes: whole, or not at all."""

from pathlib import Path


def write_whole(out: Path, content: bytes) -> None:
    """Write the file; where that fails, as on a full disk, what stood there stays, and no piece of a new one is left.

    A device or a pipe is written to as it is. Raises OSError.
    """
    if out.exists() and not out.is_file():
        out.write_bytes(content)
        return
    begun = out.with_name(f"{out.name}.part")
    try:
        begun.write_bytes(content)
        begun.replace(out)
    finally:
        begun.unlink(missing_ok=True)
