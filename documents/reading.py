"""What a PDF says: the text of its pages, for who must know what is in it."""

import io
from collections.abc import Iterator


def pdf_text(content: bytes) -> Iterator[str]:
    """The text of each page, in order."""
    from pypdf import PdfReader  # here, so that nothing waits for it that reads no PDF

    for page in PdfReader(io.BytesIO(content)).pages:
        yield page.extract_text()
