"""Produces a request from its page: the signed folder as a ZIP archive, recorded as the command records it."""

import io
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path

from casework.production.of_request import By, produce_request
from casework.production.produce import Made
from casework.register import Register
from casework.requests.request import Request
from model.settings import Settings
from storage.ledger.ledger import open_ledger

MOST = 100_000  # rows of a production that is made while its page waits; longer ones are made at the command line


def production_zip(register: Register, request: Request, by: By) -> tuple[bytes, Made]:
    """The archive, and what was made. Raises what `produce_request` raises; nothing is left behind then."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as scratch, closing(open_ledger(settings)) as ledger:
        out = Path(scratch) / f"production-{request.request_id}"
        made = produce_request(register, ledger, settings, request, out, by, lambda _: None)
        return zipped(out), made


def zipped(folder: Path) -> bytes:
    """A folder as an archive in which it is the only top folder."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            archive.write(path, path.relative_to(folder.parent).as_posix())
    return sink.getvalue()
