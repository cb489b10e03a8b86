"""ClickHouse's errors as its HTTP interface says them: a code, a name, a sentence, and the HTTP status with it."""

import re
from dataclasses import dataclass

_CODE = re.compile(r"Code: (\d+)\. ")

# From ClickHouse's own table of codes to statuses (src/Server/HTTP/exceptionCodeToHTTPStatus); all others are 500.
_STATUS = {
    **dict.fromkeys((6, 25, 26, 27, 36, 38, 41, 43, 44, 53, 62, 69, 70, 72, 117, 130, 131), 400),
    **dict.fromkeys((46, 47, 50, 56, 60, 63, 73, 81, 115, 141), 404),
    **dict.fromkeys((192, 193, 194, 497, 516), 403),
    48: 501,
    159: 408,
    202: 503,
    241: 500,
    307: 413,
}


@dataclass
class Refusal(Exception):
    """An answer that is no result. `message` is the whole sentence, as ClickHouse writes it."""

    code: int
    message: str

    @property
    def status(self) -> int:
        return _STATUS.get(self.code, 500)


def refusal(code: int, name: str, words: str) -> Refusal:
    """An error of the gateway itself, in ClickHouse's form."""
    return Refusal(code, f"Code: {code}. DB::Exception: {words} ({name})")


def from_engine(words: str) -> Refusal:
    """chDB's error text: the code is read from it, 1002 (UNKNOWN_EXCEPTION) if it has none."""
    found = _CODE.search(words)
    if not found:
        return refusal(1002, "UNKNOWN_EXCEPTION", words)
    return Refusal(int(found[1]), words[found.start() :].strip())
