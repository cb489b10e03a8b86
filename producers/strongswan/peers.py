"""How charon names the ends of a tunnel: `ADDRESS[IDENTITY]...ADDRESS[IDENTITY]`, the gateway's own first."""

import re

from model.event import Basis, Event
from producers import forms

ADDRESS = r"[0-9a-fA-F:.]{2,45}(?:%\w{1,15})?"
SELECTOR = r"[0-9a-fA-F:.]{2,45}(?:/\d{1,3})?(?:\[[^\]\s]{1,64}\])?"  # an address or a network, perhaps with a protocol
_OTHER = re.compile(rf"\]\.\.\.(?P<from>{ADDRESS})\[", re.A)
_BETWEEN = re.compile(rf"{ADDRESS}\[.*\]\.\.\.(?P<from>{ADDRESS})\[(?P<id>.*)\]", re.A | re.S)
_DISTINGUISHED = re.compile(r"[A-Za-z]{1,20}=")
_COMMON_NAME = re.compile(r"(?:^|, )CN=(.*?)(?=, [A-Za-z]{1,20}=|$)", re.S)


def other_end(text: str) -> tuple[str | None, str | None]:
    """Address and identity of the other end; of neither where the text holds two other ends: one is an identity."""
    match = _BETWEEN.fullmatch(text)
    if match is None or len(_OTHER.findall(text)) != 1:
        return None, None
    return forms.address(match["from"]), match["id"]


def inside(selector: str | None) -> str | None:
    """The one address that a traffic selector is of; None where it is a network."""
    host, slash, bits = (selector or "").partition("[")[0].partition("/")
    single = not slash or bits == ("128" if ":" in host else "32")
    return forms.address(host) if single else None


def name(event: Event, identity: str | None, basis: Basis) -> None:
    """Gives the event the account that an IKE, EAP or XAuth identity names: of a distinguished name its only CN.

    An address is nobody: a client that is given no identity to send sends its own address.
    """
    if identity is None or forms.address(identity) is not None:
        return
    if _DISTINGUISHED.match(identity):
        common = _COMMON_NAME.findall(identity)
        identity = common[0] if len(common) == 1 else None
    elif identity.startswith("%"):
        return
    forms.name_account(event, identity, basis)
