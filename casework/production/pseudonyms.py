"""The words of one request for the people it does not name: keyed, stable, and never the same in two requests.

A person of the tables has number `order[(place + turn) % size]`: `order` is a secret shuffle of the numbers, `place` is
the person's place in users.csv as it was first told, `turn` which of the district's requests it is. In one
request two people never share a number; in two requests one person never has the same; and without the key nobody can
tell which number of one request is which of another.
"""

from hashlib import blake2b

from casework.production.people import People

_SMALLEST = 999  # numbers: three digits are enough for most districts
_UNLISTED = 100_000, 900_000  # six digits, so that nobody takes them for a number of the tables


class Pseudonyms:
    """Words by name, for one request."""

    def __init__(self, key: bytes, people: People) -> None:
        """`key` is the installation's secret."""
        self._key = blake2b(people.asked.district.encode(), key=key[:64], digest_size=32).digest()
        self._people = people
        self._turn = people.asked.ordinal
        size = _SMALLEST
        while size < len(people.order):
            size = size * 10 + 9
        self._digits = len(str(size))
        self._order = sorted(range(1, size + 1), key=lambda number: self._keyed(f"{size}/{number}"))
        self._words: dict[str, str] = {}
        self._unlisted: dict[int, str] = {}

    def word(self, name: str) -> str:
        """`Student 014` for an account or a person; the same for every account of one person."""
        found = self._words.get(name)
        if found is None:
            found = self._words[name] = self._made(name)
        return found

    def learn(self, names: set[str]) -> None:
        """Give numbers to what no table lists, in an order of their own: whoever is met first changes nothing."""
        for name in sorted(names, key=self._keyed):
            self.word(name)

    def _made(self, name: str) -> str:
        word, person = self._people.word_of(name)
        place = self._people.order.get(person)
        if place is None:
            return f"{word} {self._free(person)}"
        number = self._order[(place + self._turn) % len(self._order)]
        return f"{word} {number:0{self._digits}d}"

    def _free(self, name: str) -> int:
        least, many = _UNLISTED
        number = int.from_bytes(self._keyed(f"{self._people.asked.request_id}/{name}"), "big") % many
        while self._unlisted.setdefault(number, name) != name:
            number = (number + 1) % many
        return least + number

    def _keyed(self, text: str) -> bytes:
        return blake2b(text.encode(), key=self._key, digest_size=8).digest()
