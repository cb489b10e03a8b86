"""Which known name somebody meant who wrote one that is not known."""

from collections.abc import Iterable

_LONGEST = 40
_LOOKS = str.maketrans("oil", "011")


def meant(name: str, known: Iterable[str]) -> str:
    """The known name that `name` is a slip of the pen for; empty where none is near, or more than one is.

    The same letters and digits (`approverrole`), or one letter wrong, missing, too many or two changed round; in
    names of eight letters and more, two. Other digits are another name (`phone2`).
    """
    plain = _plain(name)
    if not plain or len(plain) > _LONGEST:
        return ""
    like = {one: _plain(one) for one in known if _digits(one) == _digits(name)}
    near = {one: _distance(plain, other) for one, other in like.items() if abs(len(plain) - len(other)) <= 2}
    same = [one for one, distance in near.items() if distance == 0]
    if same:
        return same[0]
    close = [one for one in near if near[one] <= _allowed(like[one])]
    best = min((near[one] for one in close), default=0)
    found = [one for one in close if near[one] == best]
    return found[0] if len(found) == 1 else ""


def same_digits(name: str) -> str:
    """What a name and its slip in the digits have in common: the same signs, in whatever order, O for 0 and l for 1."""
    return "".join(sorted(_plain(name).translate(_LOOKS)))


def mistyped(name: str, known: Iterable[str]) -> list[str]:
    """Those of `known`, all with the same signs as `name`, that it is a slip of the digits for: two neighbors changed
    round (`88231` for `88213`), or a letter for the digit that looks like it (`LT-1O4`). Another digit is another id:
    of a school's student numbers nearly each has a neighbor."""
    plain = _plain(name).translate(_LOOKS)
    if len(plain) < 4 or not any(letter.isdigit() for letter in plain):
        return []
    others = {one: _plain(one).translate(_LOOKS) for one in known}
    return sorted(one for one, other in others.items() if other == plain or _turned(plain, other))


def _turned(one: str, other: str) -> bool:
    """Whether two texts of the same signs differ by two digits that stand side by side, changed round."""
    places = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return len(places) == 2 and places[1] == places[0] + 1 and all(one[at].isdigit() for at in places)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _digits(name: str) -> str:
    return "".join(letter for letter in name if letter.isdigit())


def _allowed(name: str) -> int:
    return 2 if len(name) >= 8 else 1 if len(name) >= 4 else 0


def _distance(one: str, other: str) -> int:
    """Letters to put in, take out, replace or change round with their neighbor (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        row = [n]
        for m, letter_2 in enumerate(other, 1):
            cost = min(last[m] + 1, row[m - 1] + 1, last[m - 1] + (letter != letter_2))
            if n > 1 and m > 1 and letter == other[m - 2] and one[n - 2] == letter_2:
                cost = min(cost, before[m - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
