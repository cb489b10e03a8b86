"""Tunnels opened and not let in: OpenVPN tells `Peer Connection Initiated` of a wrong password, too."""

from collections.abc import Iterable

from streams.sighting import Sighting

REFUSED = "tunnel.refused"  # a sighting's kind: a sign-in that failed within a tunnel's session
SIGN_IN = 10_000  # ms in which a gateway opens a session, refuses its sign-in or gives it an address


def let_in(sightings: Iterable[Sighting]) -> list[Sighting]:
    """All but the refusals and the openings that were refused.

    A tunnel that was given an address was let in, whatever was refused before or, at a later renegotiation, after.
    """
    found = list(sightings)
    refused = [s for s in found if s.kind == REFUSED]
    addressed = [s for s in found if s.kind == "tunnel.addressed"] if refused else []
    return [s for s in found if s.kind != REFUSED and not (_beside(s, refused) and not _beside(s, addressed))]


def _beside(opened: Sighting, others: list[Sighting]) -> bool:
    """Whether an opening has one of the others next to it, in the same session."""
    return opened.kind == "tunnel.opened" and any(
        (other.address, other.session_id) == (opened.address, opened.session_id)
        and abs(other.at - opened.at) <= SIGN_IN
        for other in others
    )
