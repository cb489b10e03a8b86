"""The salts of an hour's rows, worked out from the secrets that are kept of it: of the hour, of records, of rows."""

from collections.abc import Mapping

from storage.ledger.leaves import SALT_BYTES, Place, record_secret, salt_at, salts_of

WHOLE = -1  # in `secrets`: of the whole hour, or of the whole record


class Salts:
    """The secrets of one hour of a class: of the whole hour, of records, of rows (`WHOLE` stands for all)."""

    def __init__(self, secrets: Mapping[tuple[int, int], bytes]) -> None:
        self._secrets = secrets
        self._apart = {version for version, line in secrets if line != WHOLE}  # records of which only rows are left
        self._record: tuple[int, bytes] = (WHOLE, b"")
        self._salts = (b"", b"")  # of the record last asked for

    def of(self, place: Place) -> bytes | None:
        """The salt of a row; None once it is destroyed."""
        own = self._secrets.get(place)
        if own is not None:
            return own
        record = self.of_record(place.version)
        if record is None:
            return None
        if self._salts[0] != record or len(self._salts[1]) <= SALT_BYTES * place.line:
            self._salts = record, salts_of(record, 2 * place.line + 512)
        return salt_at(self._salts[1], place.line)

    def of_record(self, version: int) -> bytes | None:
        """The secret of a record; None where it, or a row of it, is destroyed."""
        if self._record[0] == version:
            return self._record[1]
        found = self._secrets.get((version, WHOLE))
        whole = self._secrets.get((WHOLE, WHOLE))  # it may be younger: one is made for what comes after a purge
        if found is None and whole is not None and version not in self._apart:
            found = record_secret(whole, version)
        if found is not None:
            self._record = (version, found)
        return found
