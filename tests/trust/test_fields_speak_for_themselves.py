"""Whatever a client writes into a field of its own, no other field of the event changes: firewalls, VPNs, the proxy."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model.event import Event
from producers.catalog import PRODUCTS
from producers.product import Context, Refusal

CONTEXT = Context(ZoneInfo("America/New_York"), datetime(2026, 3, 5, 11, tzinfo=UTC))
ASA = "<166>Mar 04 2026 14:00:00 edge : %ASA-6-"
VPN = "2026-03-04 14:00:00 "
BOX = 'date=2026-03-04 time=09:00:00 devname="FGT" devid="FG1" eventtime=1772632800123456789 tz="-0500" '
WEB = (
    BOX + 'logid="0316013056" type="utm" subtype="webfilter" vd="root" policyid=1 sessionid=7 {who}srcip=10.20.1.5 '
    'srcport=52011 srcintf="lan" dstip=203.0.113.9 dstport=443 proto=6 service="HTTPS" hostname="{host}" '
    'profile="p" action="blocked" reqtype="direct" url="{url}" sentbyte=1 rcvdbyte=2 agent="{agent}" msg="{msg}" '
    'cat=59 catdesc="Proxy Avoidance"'
)
FLOW = (
    BOX + 'logid="0000000013" type="traffic" subtype="forward" vd="root" srcip=10.20.1.5 srcname="{}" srcport=52011 '
    'srcintf="lan" dstip=203.0.113.9 dstport=443 sessionid=7 proto=6 action="close" policyid=1 service="HTTPS" '
    'duration=61 sentbyte=1850 rcvdbyte=39898 srcmac="02:00:5e:00:53:0a"'
)
CEF = (
    "CEF:0|Fortinet|Fortigate|v7.4.4|13056|utm:webfilter ftgd_blk blocked|4|deviceExternalId=FG1 dvchost=FGT "
    "FTNTFGTeventtime=1772632800123456789 cat=utm:webfilter FTNTFGTsubtype=webfilter externalId=7 src=10.20.1.5 "
    "spt=52011 dst=203.0.113.9 dpt=443 proto=6 dhost=games.example act=blocked request={} msg=URL denied"
)
FTD = (
    "<166>Mar 04 2026 14:00:00 ftd1 : %FTD-6-430003: FirstPacketSecond: 2026-03-04T18:59:58Z, AccessControlRuleAction: "
    "Block, SrcIP: 10.20.1.5, DstIP: 198.51.100.80, SrcPort: 50000, DstPort: 443, Protocol: tcp, ACPolicy: p, {who}"
    "UserAgent: {agent}, Client: c, InitiatorBytes: 500, ResponderBytes: 1500, URL: {url}"
)
NATIVE = "1772632800.123     88 10.20.1.5 TCP_MISS/200 5120 GET {} tbell HIER_DIRECT/203.0.113.115 {}"
COMBINED = '10.20.1.5 - tbell [04/Mar/2026:09:00:00 -0500] "GET {} HTTP/1.1" 200 5120 "{}" "{}" TCP_MISS:HIER_DIRECT'

PAN = (
    "1,2026/03/04 08:15:09,012801096514,THREAT,url,2561,2026/03/04 08:15:08,10.20.4.31,203.0.113.80,198.51.100.7,"
    "203.0.113.80,students-out,district\\tbell,,ssl,vsys1,students,untrust,ae1.120,ethernet1/1,to-audit,,284311,1,"
    "52011,443,31007,443,0x400053,tcp,block-url,{},(9999),games,informational,client-to-server,7300122,"
    "0xa000000000000000,10.0.0.0-10.255.255.255,United States,,text/html,0,,,1,{},,,,,,,,,,,,,fw-main,,,,get"
)
UMBRELLA = (
    '"2026-03-04 14:15:08","tbell@district.example","10.20.4.31","198.51.100.7","203.0.113.80","text/html","ALLOWED",'
    '"{}","","{}","200","562","1489","1100","","Education","","","","","","AD Users","","tbell@district.example",'
    '"AD Users","GET"'
)


def web(template: str = WEB, **slots: str) -> str:
    """A line of a filter with one slot left open and the others filled as usual."""
    usual = {
        "who": "",
        "host": "games.example",
        "url": "http://games.example/",
        "agent": "Example/1.0",
        "msg": "denied",
    }
    return template.format(**(usual | slots))


# Per slot: product, a line with an open field, what a client usually writes there, and what of the event is its own.
SLOTS: dict[str, tuple[str, str, str, set[str]]] = {
    "asa refused": (
        "cisco_asa",
        ASA
        + "113005: AAA user authentication Rejected: reason = AAA failure: server = 10.250.128.8: user = {}: "
          "user IP = 198.51.100.7",
        "tbell", {"account"},
    ),
    "asa refused web": (
        "cisco_asa",
        ASA
        + "716039: Group <Staff> User <{}> IP <198.51.100.7> Authentication: rejected, Session Type: WebVPN.",
        "tbell", {"account"},
    ),
    "asa started": (
        "cisco_asa",
        ASA
        + "113039: Group <Staff> User <{}> IP <198.51.100.7> AnyConnect parent session started.",
        "tbell", {"account"},
    ),
    "asa ended": (
        "cisco_asa",
        ASA
        + "113019: Group = Staff, Username = {}, IP = 198.51.100.7, Session disconnected. Session Type: SSL, "
          "Duration: 0h:32m:16s, Bytes xmt: 12345, Bytes rcv: 678, Reason: User Requested",
        "tbell", {"account"},
    ),
    "asa addressed": (
        "cisco_asa",
        ASA
        + "722051: Group <Staff> User <{}> IP <198.51.100.7> IPv4 Address <10.60.0.7> IPv6 address <::> assigned "
          "to session",
        "tbell", {"account"},
    ),
    "asa agent": (
        "cisco_asa",
        ASA
        + "722055: Group <Staff> User <tbell> IP <198.51.100.7> Client Type: {}",
        "AnyConnect 4.10", {"user_agent"},
    ),
    "asa ike": (
        "cisco_asa",
        ASA
        + "750003: Local:203.0.113.1:500 Remote:198.51.100.9:500 Username:{} IKEv2 Negotiation aborted due to "
          "ERROR: Failed to find a matching policy",
        "tbell", {"account"},
    ),
    "asa admin": (
        "cisco_asa",
        ASA
        + '605004: Login denied from 10.1.2.3/52000 to outside:10.1.0.1/https for user "{}"',
        "root", {"account"},
    ),
    "asa url": (
        "cisco_asa",
        ASA
        + "304001: 10.20.1.5 Accessed URL 198.51.100.80:{}",
        "http://games.example/", {"domain", "url"},
    ),
    "asa refused url": (
        "cisco_asa",
        ASA
        + "304002: Access denied URL {} SRC 10.20.1.5 DEST 198.51.100.80 on interface inside",
        "http://games.example/", {"domain", "url"},
    ),
    "asa unknown id": (
        "cisco_asa",
        ASA
        + "722041: TunnelGroup <Staff> GroupPolicy <G> User <{}> IP <198.51.100.7> No IPv6 address available for "
          "SVC connection",
        "tbell", {"account"},
    ),
    "ftd agent": (
        "cisco_asa",
        web(FTD, agent="{}"),
        "Example/1.0", {"user_agent"},
    ),
    "ftd url": (
        "cisco_asa",
        web(FTD, url="{}"),
        "http://games.example/", {"action", "domain", "url"},
    ),
    "ftd url of a user": (
        "cisco_asa",
        web(FTD, who="User: MAPLE\\tbell, ", url="{}"),
        "http://games.example/", {"action", "domain", "url"},
    ),
    "another program": (
        "cisco_asa",
        "Mar  4 14:00:00 relay sshd[99]: Invalid user {} from 198.51.100.9 port 22",
        "x", set(),
    ),
    "fortigate url": (
        "fortigate",
        web(url="{}"),
        "http://games.example/", {"domain", "url"},
    ),
    "fortigate url of a user": (
        "fortigate",
        web(who='user="tbell" ', url="{}"),
        "http://games.example/", {"domain", "url"},
    ),
    "fortigate agent": (
        "fortigate",
        web(agent="{}"),
        "Example/1.0", {"user_agent"},
    ),
    "fortigate host": (
        "fortigate",
        web(host="{}"),
        "games.example", {"domain", "url"},
    ),
    "fortigate msg": (
        "fortigate",
        web(msg="{}"),
        "URL denied", {"reason"},
    ),
    "fortigate device": (
        "fortigate",
        FLOW,
        "LAB-12", {"device"},
    ),
    "fortigate commas": (
        "fortigate",
        web(url="{}").replace(" ", ","),
        "http://games.example/", {"domain", "url"},
    ),
    "fortigate refused": (
        "fortigate",
        BOX
        + 'logid="0101039426" type="event" subtype="vpn" action="ssl-login-fail" tunneltype="ssl-web" tunnelid=0 '
          'remip=198.51.100.7 user="{}" group="N/A" dst_host="N/A" reason="denied" msg="SSL user failed to log '
          'in"',
        "tbell", {"account"},
    ),
    "fortigate admin": (
        "fortigate",
        BOX
        + 'logid="0100032002" type="event" subtype="system" action="login" status="failed" user="{}" '
          'ui="ssh(10.1.9.9)" reason="passwd_invalid" msg="login failed"',
        "root", {"account"},
    ),
    "fortigate lease": (
        "fortigate",
        BOX
        + 'logid="0100026001" type="event" subtype="system" interface="lan" dhcp_msg="Ack" '
          'mac="02:00:5E:00:53:0A" ip=10.20.1.5 lease=86400 hostname="{}" msg="DHCPACK"',
        "LAB-12", {"device"},
    ),
    "fortigate cef": (
        "fortigate",
        CEF,
        "http://games.example/", {"domain", "url"},
    ),
    "openvpn opened": (
        "openvpn",
        VPN
        + "198.51.100.7:50 [{}] Peer Connection Initiated with [AF_INET]198.51.100.7:50",
        "tbell", {"account"},
    ),
    "openvpn accepted": (
        "openvpn",
        VPN
        + "198.51.100.7:50 TLS: Username/Password authentication succeeded for username '{}'",
        "tbell", {"account"},
    ),
    "openvpn pam": (
        "openvpn",
        VPN
        + "AUTH-PAM: BACKGROUND: user '{}' failed to authenticate: Authentication failure",
        "tbell", {"account"},
    ),
    "openvpn script": (
        "openvpn",
        VPN
        + "auth script refuses {}",
        "tbell", set(),
    ),
    "openvpn peer": (
        "openvpn",
        VPN
        + "198.51.100.7:50 peer info: UV_HOSTNAME={}",
        "LAB-12", {"device"},
    ),
    "openvpn certificate": (
        "openvpn",
        VPN
        + "198.51.100.7:50 VERIFY OK: depth=0, CN={}",
        "tbell", set(),
    ),
    "openvpn status": (
        "openvpn",
        "CLIENT_LIST,{},198.51.100.7:50,10.8.0.6,,123,678,2026-03-04 13:00:00,1772647200,UNDEF,3,0,AES-256-GCM",
        "tbell", {"account"},
    ),
    "openvpn status user": (
        "openvpn",
        "CLIENT_LIST,cert,198.51.100.7:50,10.8.0.6,,123,678,2026-03-04 13:00:00,1772647200,{},3,0,AES-256-GCM",
        "tbell", {"account"},
    ),
    "squid url": (
        "squid",
        NATIVE.format("http://games.example/{}", "text/html"),
        "play", {"domain", "url"},
    ),
    "squid type": (
        "squid",
        NATIVE.format("http://games.example/", "{}"),
        "text/html", {"user_agent"},
    ),
    "squid agent": (
        "squid",
        COMBINED.format("http://games.example/", "-", "{}"),
        "Example/1.0", {"user_agent"},
    ),
    "palo alto url": (
        "palo_alto",
        PAN.format('"{}"', '"Example/1.0"'),
        "games.example/play", {"domain", "url"},
    ),
    "palo alto agent": (
        "palo_alto",
        PAN.format('"games.example/"', '"{}"'),
        "Example/1.0", {"user_agent"},
    ),
    "umbrella url": (
        "umbrella",
        UMBRELLA.format("{}", "Example/1.0"),
        "http://games.example/", {"domain", "url"},
    ),
    "umbrella agent": (
        "umbrella",
        UMBRELLA.format("http://games.example/", "{}"),
        "Example/1.0", {"user_agent"},
    ),
    "squid referer": (
        "squid",
        COMBINED.format("http://games.example/", "{}", "-"),
        "http://a.example/", {"user_agent"},
    ),
}  # fmt: skip
# Bits of all the grammars, and an innocent: mhill, 10.66.6.6.
PIECES = [
    "mhill", " ", "  ", '"', '\\"', "\\", "'", "'x'", ",", ", ", ":", ": ", "=", "\\=", "|", "\\|", "<", ">", "[", "]",
    "\n", "\0", '" user="mhill', '" user="mhill" x="', ' user="mhill"', '" srcip=10.66.6.6 y="', " suser=mhill ",
    " src=10.66.6.6", '" srcmac="02:00:00:00:00:66', '" mac="02:00:00:00:00:66" q="', '" devname="EVIL',
    '" action="passthrough" z="', "> IP <10.66.6.6>",
    "x> IP <10.66.6.6> Client Type: y",
    "mhill> IP <10.66.6.6> Authentication: rejected, Session Type: WebVPN.", "> User <mhill", ", IP = 10.66.6.6, ",
    ", Username = mhill", "Session disconnected. ", "mhill: user IP = 10.66.6.6", ": user = mhill",
    " SRC 10.66.6.6 DEST 10.66.6.7", " IKEv2 SA UP", " IKEv2 Negotiation aborted due to ERROR: x",
    "%ASA-6-113039: Group <Staff> User <mhill> IP <10.66.6.6> AnyConnect parent session started.", "<166>",
    "%ASA-6-113004: AAA user authentication Successful : server =  10.0.0.1 : user = mhill", "%ASA-6-611101: ",
    ", User: mhill", ", SrcIP: 10.66.6.6", ", URL: http://evil.example/", ", Client: z",
    ", AccessControlRuleAction: Allow", "/10.66.6.6:50 ", "mhill/10.66.6.6:50 ", "10.66.6.6:50 ", "mhill/10.66.6.6:50",
    "] Peer Connection Initiated with ", "[mhill] Peer Connection Initiated with [AF_INET]10.66.6.6:50",
    "MULTI: Learn: 10.8.0.66 -> mhill/10.66.6.6:50", "SIGTERM[soft,remote-exit] received, client-instance exiting",
    ",10.66.6.6:50", ",10.8.0.66,,1,2,2026-03-04 13:00:00,1,", " mhill HIER_DIRECT/10.66.6.6 text/html",
    " HIER_NONE/- -", '" 407 1 "', '" 200 1 TCP_MISS:HIER_DIRECT', " HTTP/1.1", " [04/Mar/2026:08:00:00 -0500] ", '" "',
    "type=traffic logid=1 ", "CEF:0|Fortinet|F|1|1|utm:webfilter|1|suser=mhill", "\u212aelvin", "ｍｈｉｌｌ", "é",
    "date=2026-03-01 ", "x" * 300, "1" * 40,
]  # fmt: skip
OURS = {None, "district", "district.example"}
FORGED = {"10.66.6.6", "10.8.0.66", "02:00:00:00:00:66", "EVIL", "evil.example"}
PLACES = {"address", "assigned_address", "mac", "reporter", "domain", "destination"}
TOLD = {"category", "action", "outcome", "occurred_at", "verdict", "account", "address", "mac", "reporter", "domain"}
UNREAD = {"asa unknown id", "another program", "openvpn script", "openvpn certificate"}


def read(product: str, line: str) -> Event | None:
    """The event of a line; None where the record is refused."""
    parsed = PRODUCTS[product].parse(line.encode(), CONTEXT)
    return None if isinstance(parsed, Refusal) else parsed[0]


def filled(slot: str, text: str) -> str:
    return SLOTS[slot][1].replace("{}", text)


@pytest.mark.parametrize("slot", SLOTS)
def test_what_a_client_usually_writes_is_read(slot: str) -> None:
    """Refusing everything would be safe as well."""
    product, _, usual, own = SLOTS[slot]
    event = read(product, filled(slot, usual))
    assert event is not None
    assert {getattr(event, name) for name in own - {"action", "domain"}} <= {
        usual,
        "http://games.example/",
        "http://games.example/play",
        None,
    }
    assert event.action != "record.unrecognised" or slot in UNREAD


@pytest.mark.parametrize("slot", SLOTS)
@settings(max_examples=100, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=6))
@example(pieces=['"', ",", '"'])
@example(pieces=["\\", "mhill"])
@example(pieces=["mhill", "\\", "mhill"])
@example(pieces=["/10.66.6.6:50 ", "SIGTERM[soft,remote-exit] received, client-instance exiting"])
@example(pieces=["mhill", "/10.66.6.6:50 ", "SIGTERM[soft,remote-exit] received, client-instance exiting"])
def test_whatever_a_client_writes_speaks_for_its_own_field_only(slot: str, pieces: list[str]) -> None:
    """A record that holds more than it can is read as if nothing were in it, or not at all."""
    product, _, usual, own = SLOTS[slot]
    written = "".join(pieces)
    plain, event = read(product, filled(slot, usual)), read(product, filled(slot, written))
    assert plain is not None
    if event is None:
        return
    if event.account == "mhill":
        bare = written.strip(" <>'\"()\n")  # of another domain it is somebody else; without one it is the name itself
        names_itself = bare.lstrip("\\") == "mhill" and event.account_domain is None
        names_a_stranger = event.account_domain not in OURS and f"{event.account_domain}\\mhill" in written.lower()
        assert event.account_basis == "claimed" or names_itself or names_a_stranger, event
    if event.action != "record.unrecognised":
        assert not FORGED & {getattr(event, place) for place in PLACES - own}, event
        assert {name: getattr(event, name) for name in TOLD - own} == {
            name: getattr(plain, name) for name in TOLD - own
        }
