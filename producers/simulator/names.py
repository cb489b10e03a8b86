"""Invented names, enough to make any number of accounts; nobody here exists."""

from collections import Counter

GIVEN = (
    "Ada", "Amir", "Anouk", "Basil", "Bea", "Bram", "Calla", "Cato", "Dara", "Deniz", "Edda", "Elio", "Fadil",
    "Fern", "Gaia", "Goran", "Hana", "Hugo", "Ines", "Ivo", "Jaro", "Juno", "Kaia", "Kofi", "Lale", "Levi",
    "Maren", "Milo", "Nadia", "Nils", "Odile", "Omar", "Pia", "Quim", "Rana", "Remy", "Safia", "Soren",
    "Tamsin", "Tariq", "Uma", "Uri", "Vera", "Viggo", "Wanda", "Wim", "Xenia", "Yara", "Yusuf", "Zara",
)
FAMILY = (
    "Abbott-Moss", "Alder", "Ashgrove", "Barrow", "Birchall", "Bramley", "Brook", "Calloway", "Cedarholm",
    "Cobble", "Dale", "Drift", "Elmhurst", "Fallow", "Farrow", "Fenwick", "Garnet", "Glade", "Greywell",
    "Hallow", "Harrow", "Hazelton", "Hollis", "Ivyson", "Jarrow", "Juniper", "Kestrel", "Kirkwell", "Larch",
    "Larkin", "Lindwell", "Marlow", "Meadows", "Merrin", "Northway", "Oakes", "Orchard", "Pennywell", "Quarry",
    "Quill", "Rainford", "Redfern", "Rowan", "Sable", "Sedge", "Sorrel", "Tamarack", "Thistle", "Underhill",
    "Vale", "Verity", "Wexcombe", "Willowby", "Yarrow", "Yewdale", "Zephyrin",
)


class Accounts:
    """Hands out account names the way districts do: first letter, family name, a number from the second on."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    def name(self, given: str, family: str) -> str:
        """A name nobody has yet."""
        stem = f"{given[0]}{family}".lower().replace("-", "")
        self._taken[stem] += 1
        count = self._taken[stem]
        return stem if count == 1 else f"{stem}{count}"
