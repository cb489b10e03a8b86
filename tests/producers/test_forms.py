"""Users, addresses, MACs, hosts and secrets: every form that formats.md lists, in one form."""

import pytest

from producers.forms import account, address, address_port, decode, host_of, known, mac, whole
from producers.secrets import strike


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TBell", ("tbell", None)),
        ("MAPLE\\TBell", ("tbell", "maple")),
        ("maple\\\\tbell", ("tbell", "maple")),
        ("maple/tbell", ("tbell", "maple")),
        ("tbell@Maple.example", ("tbell", "maple.example")),
        ("host/lab7.maple.example", ("lab7$", "maple.example")),
        ("LAB7$", ("lab7$", None)),
        (" tbell ", ("tbell", None)),
        ("cn=Bell\\, Tess,ou=Staff,dc=maple", ("cn=bell\\, tess,ou=staff,dc=maple", None)),
        ("-", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
        ("NA", ("na", None)),
    ],
)
def test_a_user_in_any_form_is_one_account(text: str | None, expected: tuple[str | None, str | None]) -> None:
    """`NA` is a person's initials too: only what cannot be a name is nobody."""
    assert account(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1.2.3", ("10.1.2.3", None)),
        ("10.1.2.3:443", ("10.1.2.3", 443)),
        ("10.1.2.3/443", ("10.1.2.3", 443)),
        ("10.1.2.3(443)", ("10.1.2.3", 443)),
        ("10.1.2.3#53", ("10.1.2.3", 53)),
        ("::ffff:10.1.2.3", ("10.1.2.3", None)),
        ("[2001:DB8::7]:443", ("2001:db8::7", 443)),
        ("[2001:db8::7]", ("2001:db8::7", None)),
        ("2001:db8::7#443", ("2001:db8::7", 443)),
        ("2001:db8::7p443", ("2001:db8::7", 443)),
        ("2001:db8::7 port 443", ("2001:db8::7", 443)),
        ("2001:db8::7.443", ("2001:db8::7", 443)),
        ("2001:db8:0:0:0:0:0:7:443", ("2001:db8::7", 443)),
        ("2001:db8::7:443", ("2001:db8::7:443", None)),
        ("cafe#443", (None, None)),
        ("fe80::1%eth0", ("fe80::1", None)),
        ("::1", ("::1", None)),
        ("0.0.0.0", (None, None)),
        ("::", (None, None)),
        ("10.1.2", (None, None)),
        ("host.example", (None, None)),
        ("1" * 5000, (None, None)),
    ],
)
def test_an_address_loses_brackets_zone_and_port(text: str, expected: tuple[str | None, int | None]) -> None:
    """And IPv4 in IPv6 is IPv4."""
    assert address_port(text) == expected
    assert address(text) == expected[0]


@pytest.mark.parametrize(
    "text",
    ["aa:bb:cc:00:00:07", "AA-BB-CC-00-00-07", "aabb.cc00.0007", "AABBCC000007", "AA-BB-CC-00-00-07:Guest Wi-Fi"],
)
def test_a_mac_in_any_form_is_one_mac(text: str) -> None:
    """Access points glue the network's name behind it."""
    assert mac(text) == "aa:bb:cc:00:00:07"


@pytest.mark.parametrize("text", ["", "00:00:00:00:00:00", "aabbcc00000700", "198.51.100.7", "not-a-mac", None])
def test_what_is_no_mac_is_none(text: str | None) -> None:
    """A client id longer than a MAC is not cut down to one."""
    assert mac(text) is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://tbell:x@WWW.Library.Example.:8443/a?b", "www.library.example"),
        ("www.library.example:443", "www.library.example"),
        ("https://[2001:db8::7]:443/", "2001:db8::7"),
        ("https://www.library.example?x=http://other.example/", "www.library.example"),
        ("/path", None),
        ("", None),
        (None, None),
    ],
)
def test_the_host_of_a_url_is_bare(url: str | None, host: str | None) -> None:
    """No user, no port, no trailing dot, no capitals."""
    assert host_of(url) == host


@pytest.mark.parametrize("text", ["-", "N/A", "(null)", "<null>", "None", " ", '""'])
def test_markers_for_nothing_are_none(text: str) -> None:
    """Each format has its own word for nothing."""
    assert known(text) is None


def test_counts_are_digits_and_nothing_else() -> None:
    """`int()` takes `1_0`, blanks and Thai digits; we do not."""
    assert whole("12") == 12
    assert [text for text in ("1_0", " 1", "-1", "", "๓", "9" * 30) if whole(text) is not None] == []


def test_a_record_that_is_not_utf8_stays_readable() -> None:
    """Latin-1 keeps the name; the raw record keeps the bytes."""
    assert decode("Zoë".encode("latin-1")) == "Zoë"


@pytest.mark.parametrize(
    ("record", "struck"),
    [
        (b"GET https://tbell:hunter2@files.example/a", b"GET https://tbell:***@files.example/a"),
        (b"GET http://a.example/?x=1&access_token=abc&y=2", b"GET http://a.example/?x=1&access_token=***&y=2"),
        (b"GET http://a.example/?Password=abc#top", b"GET http://a.example/?Password=***#top"),
        (
            b'{"url":"http://a.example/?a=1\\u0026api_key=abc\\u0026b=2"}',
            b'{"url":"http://a.example/?a=1\\u0026api_key=***\\u0026b=2"}',
        ),
        (b"http://a.example/?next=%3Ftoken%3Dabc&b=2", b"http://a.example/?next=%3Ftoken%3D***&b=2"),
        (b"http://a.example:80/x@y", b"http://a.example:80/x@y"),
        (b"http://a.example/?compass=north", b"http://a.example/?compass=north"),
    ],
)
def test_credentials_in_urls_are_struck_out(record: bytes, struck: bytes) -> None:
    """Whatever writes the URL, and however it escapes it."""
    assert strike(record) == struck


@pytest.mark.parametrize(
    "record",
    [b'{"Pin": "12\\"34"}', b'pin="1234" x=1', b"pin=1234 x=1", b"<Data Name='Pin'>1234</Data>", b'Pin := "1234"'],
)
def test_named_fields_are_struck_out(record: bytes) -> None:
    """In JSON, key=value and event XML."""
    struck = strike(record, ("Pin",))
    assert b"34" not in struck
    assert b"***" in struck
