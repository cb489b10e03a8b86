"""FortiGate key=value lines: webfilter and traffic, with local date and time, tz, and eventtime in nanoseconds."""

from zoneinfo import ZoneInfo

from simulator.address_plan import website
from simulator.happenings import BLOCKED, Flow, WebRequest
from simulator.local_time import Stamp
from simulator.spool import Spool

_CATEGORIES = {
    "Education": 30,
    "Web-based Applications": 84,
    "Web-based Email": 23,
    "Reference": 30,
    "News and Media": 36,
    "Search Engines and Portals": 41,
    "Streaming Media and Download": 25,
    "Content Servers": 53,
    "Business": 49,
    "Games": 20,
    "Social Networking": 37,
    "Advertising": 17,
    "Proxy Avoidance": 59,
    "Unrated": 0,
    "Information Technology": 52,
    "File Sharing and Storage": 24,
    "Web Conferencing": 82,
}
_NOBODY = ("", 'user="N/A" ')
_BOX = 'devname="FG-EDGE" devid="FG100FTK00000000"'


class FortigateWriter:
    """Writes web requests and other connections that the firewall saw."""

    def __init__(self, spool: Spool, zone: ZoneInfo) -> None:
        self._add = spool.add
        self._date = Stamp(zone, lambda local: f"date={local:%Y-%m-%d} time={local:%H:%M}:")
        self._zone = Stamp(zone, lambda local: f'tz="{local:%z}"#')

    def web(self, request: WebRequest) -> None:
        """Log ids 13056 (ftgd_blk) and 13312 (ftgd_allow) of type utm, subtype webfilter."""
        at, blocked = request.at, request.verdict == BLOCKED
        scheme, port, service = ("https", 443, "HTTPS") if request.secure else ("http", 80, "HTTP")
        head = (
            '0316013056" type="utm" subtype="webfilter" eventtype="ftgd_blk" level="warning"'
            if blocked
            else '0317013312" type="utm" subtype="webfilter" eventtype="ftgd_allow" level="notice"'
        )
        verdict = "blocked" if blocked else "passthrough"
        said = "a denied" if blocked else "an allowed"
        user = f'user="{request.account}" ' if request.account else _NOBODY[at & 1]
        self._add(
            at,
            f'{self._head(at)} logid="{head} vd="root" policyid=12 sessionid={at % 99_999_989} {user}'
            f'srcip={request.address} srcport={49_152 + at % 16_001} srcintf="students" '
            f'dstip={website(request.host)} dstport={port} dstintf="wan1" proto=6 service="{service}" '
            f'hostname="{request.host}" httpmethod="{request.method}" profile="students" '
            f'action="{verdict}" reqtype="direct" '
            f'url="{scheme}://{request.host}{request.path}" sentbyte={request.sent} '
            f'rcvdbyte={0 if blocked else request.size} direction="outgoing" '
            f'msg="URL belongs to {said} category in policy" method="domain" '
            f'cat={_CATEGORIES.get(request.category, 52)} catdesc="{request.category}"',
        )

    def flow(self, flow: Flow) -> None:
        """Log id 13 of type traffic, subtype forward: a session that ended; before it, what application it was."""
        at = flow.at
        user = f'user="{flow.account}" ' if flow.account else ""
        application, category = flow.app
        if application:
            self._application(flow, user)
        self._add(
            at,
            f'{self._head(at)} logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" '
            f'{user}srcip={flow.address} srcport={49_152 + at % 16_001} srcintf="students" '
            f'dstip={flow.target} dstport={flow.port} dstintf="wan1" sessionid={at % 99_999_971} '
            f'proto={flow.protocol} action="{flow.action}" policyid=12 service="{flow.service}" '
            f'trandisp="snat" duration={flow.seconds} sentbyte={flow.sent} rcvdbyte={flow.received} '
            f"sentpkt={flow.sent // 700 + 1} rcvdpkt={flow.received // 900 + 1} "
            + (f'app="{application}" appcat="{category}"' if application else 'appcat="unscanned"'),
        )

    def _application(self, flow: Flow, user: str) -> None:
        """Log id 28704 of type utm, subtype app-ctrl: a signature matched and the session passed."""
        at, (application, category) = flow.at - 2_000, flow.app
        self._add(
            at,
            f'{self._head(at)} logid="1059028704" type="utm" subtype="app-ctrl" eventtype="signature" '
            f'level="information" vd="root" appid=6 {user}srcip={flow.address} dstip={flow.target} '
            f'srcport={49_152 + flow.at % 16_001} dstport={flow.port} srcintf="students" dstintf="wan1" '
            f'proto={flow.protocol} service="{flow.service}" direction="outgoing" policyid=12 '
            f'sessionid={flow.at % 99_999_971} applist="students" action="pass" appcat="{category}" '
            f'app="{application}" incidentserialno={at % 99_999_959} msg="{category}: {application}," apprisk="high"',
        )

    def _head(self, at: int) -> str:
        zone = self._zone(at).partition("#")[0]
        return f"<189>{self._date(at)} {_BOX} eventtime={at}000000 {zone}"
