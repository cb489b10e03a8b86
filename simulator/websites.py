"""Where ordinary people go on the web, with what FortiGuard calls it: none of these is a signal of anything."""

from typing import NamedTuple

from simulator.happenings import ALLOWED, BLOCKED


class Website(NamedTuple):
    """A host, a page, the usual size of its reply, and the firewall's opinion."""

    host: str
    path: str
    size: int
    category: str
    verdict: str = ALLOWED
    secure: bool = True


_EVERYDAY = (
    Website("classroom.learning.example", "/c/algebra/assignments", 48_000, "Education"),
    Website("docs.office-suite.example", "/document/edit", 120_000, "Web-based Applications"),
    Website("mail.office-suite.example", "/mail/u/0", 64_000, "Web-based Email"),
    Website("encyclopedia.example", "/wiki/Photosynthesis", 90_000, "Reference"),
    Website("maths-drill.example", "/grade7/fractions", 30_000, "Education"),
    Website("reading-room.example", "/books/chapter/4", 22_000, "Education"),
    Website("search.example", "/search?q=water+cycle", 41_000, "Search Engines and Portals"),
    Website("search.example", "/search?q=roman+roads", 41_000, "Search Engines and Portals"),
    Website("news.example", "/world", 210_000, "News and Media"),
    Website("weather.example", "/today", 18_000, "News and Media"),
    Website("video-lessons.example", "/watch?v=cells", 1_900_000, "Streaming Media and Download"),
    Website("fonts.cdn.example", "/css2?family=Plain", 3_000, "Content Servers", secure=False),
    Website("static.cdn.example", "/app.js", 160_000, "Content Servers"),
    Website("quiz.example", "/play", 35_000, "Education"),
    Website("sis.schoolrecords.example", "/attendance", 27_000, "Business"),
    Website("library.example", "/catalogue?isbn=0", 15_000, "Reference", secure=False),
)
_REFUSED = (
    Website("arcade-corner.example", "/", 0, "Games", BLOCKED),
    Website("chatter.example", "/feed", 0, "Social Networking", BLOCKED),
    Website("banners.adworks.example", "/b/300x250", 0, "Advertising", BLOCKED),
)
SITES: tuple[Website, ...] = _EVERYDAY * 4 + _REFUSED
"""Drawn from uniformly: about one request in twenty is refused, for reasons that concern no detection."""

DOMAINS: tuple[tuple[str, str], ...] = (
    ("learning.example", "curriculum"),
    ("video-lessons.example", "curriculum"),
    ("schoolrecords.example", "sis"),
    ("adworks.example", "advertising"),
    ("office-suite.example", "sanctioned_storage"),
    ("hidemyhomework.example", "proxy_avoidance"),
    ("burrow-vpn.example", "vpn"),
    ("unblock-it.example", "proxy_avoidance"),
    ("mirror-surf.example", "proxy_avoidance"),
    ("assist-desk.example", "remote_support"),
    ("dns-over-https.example", "encrypted_dns"),
    ("film-club.example", "streaming_paid"),
    ("os-vendor.example", "update"),
)
