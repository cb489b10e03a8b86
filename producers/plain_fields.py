"""What a record that we do not recognize plainly says: who, where and what, by the names that vendors use for these.

It makes such a record findable in a search and a timeline. No detection reads it.
"""

import re
from collections.abc import Mapping

from model.event import Event
from producers import forms

_ACCOUNT = ("user", "username", "user_name", "usrname", "suser", "srcuser", "userid", "user_id", "login", "account",
            "accountname", "email", "useremail", "user_email", "userprincipalname", "upn", "cs-username")  # fmt: skip
_ADDRESS = ("src", "srcip", "src_ip", "sip", "source_ip", "sourceip", "clientip", "client_ip", "client", "cip", "c-ip",
            "remip", "remoteip", "remote_ip", "ipaddress", "ip_address", "ip", "calleripaddress", "internal ip",
            "source-address", "source_address", "sourceaddress", "src_addr", "clientaddress", "client_address",
            "framed-ip-address")  # fmt: skip
_DESTINATION = ("dst", "dstip", "dst_ip", "destinationip", "destination_ip", "destip", "dest_ip", "destination-address",
                "destination_address", "dst_addr", "serverip", "server_ip", "dest", "destination")  # fmt: skip
_PORT = ("dpt", "dstport", "dst_port", "destinationport", "destination_port", "destination-port", "destport",
         "dest_port", "server_port")  # fmt: skip
_PROTOCOL = ("proto", "protocol", "protocol-id", "ip_protocol")
_AGENT = ("user_agent", "useragent", "user-agent", "http_user_agent", "requestclientapplication", "ua")
_APP = ("app_name", "application_name", "applicationname", "appname", "application", "app", "service")
_DEVICE = ("shost", "srcname", "hostname", "host_name", "devicename", "device_name", "device", "computername", "host")
_MAC = ("mac", "smac", "srcmac", "src_mac", "macaddress", "mac_address", "mac-address", "client_mac", "clientmac",
        "calling-station-id", "callingstationid")  # fmt: skip
_SESSION = ("sessionid", "session_id", "session", "sessid", "tunnelid", "correlationid", "session-id-32",
            "session-id", "con_id", "connid")  # fmt: skip
_OUTCOME = ("outcome", "result", "status", "resulttype", "resultstatus", "act", "action")
_URL = ("url", "request", "uri", "cs-uri")
_BYTES_IN = ("rcvdbyte", "bytes_received", "recv_bytes", "bytesin", "in", "sc-bytes", "responsesize",
             "bytes-from-server")  # fmt: skip
_BYTES_OUT = ("sentbyte", "bytes_sent", "sent_bytes", "bytesout", "out", "cs-bytes", "requestsize",
              "bytes-from-client")  # fmt: skip
_LOOKS_LIKE_ONE = re.compile(r"\w{2,16}://|[\w-]{1,63}(?:\.[\w-]{1,63})+(?:[:/?#]|$)", re.A)
_SUCCESS = frozenset({"success", "succeeded", "ok", "pass", "passed", "allow", "allowed", "accept", "accepted", "0",
                      "successful"})  # fmt: skip
_FAILURE = frozenset({"failure", "failed", "fail", "error", "deny", "denied", "reject", "rejected", "block", "blocked"})


def fill_plainly(event: Event, values: Mapping[str, str]) -> None:
    """Fill in what the event does not say yet from `values` (any case of names).

    Who filled them in is not known, so names are `claimed` and choose nobody.
    """
    said = {name.lower(): value for name, value in values.items() if value}
    if event.account is None:
        event.account, event.account_domain = forms.account(_first(said, _ACCOUNT))
        event.account_basis = "claimed" if event.account else None
    event.address = event.address or forms.address(_first(said, _ADDRESS))
    event.mac = event.mac or forms.mac(_first(said, _MAC))
    event.device = event.device or forms.known(_first(said, _DEVICE))
    if (event.device or event.mac) and event.device_basis is None:
        event.device_basis = "claimed"
    _ends(event, said)
    event.session_id = event.session_id or forms.known(_first(said, _SESSION), forms.MISSING | {"0"})
    event.url = event.url or _url(said)
    event.domain = event.domain or forms.host_of(event.url)
    event.user_agent = event.user_agent or forms.known(_first(said, _AGENT))
    event.app = event.app or forms.known(_first(said, _APP))
    event.bytes_in = _number(said, _BYTES_IN) if event.bytes_in is None else event.bytes_in
    event.bytes_out = _number(said, _BYTES_OUT) if event.bytes_out is None else event.bytes_out
    if event.outcome == "unknown":
        event.outcome = _outcome((_first(said, _OUTCOME) or "").lower())


def _ends(event: Event, said: Mapping[str, str]) -> None:
    event.destination = event.destination or forms.address(_first(said, _DESTINATION))
    if event.destination and event.destination_port is None:
        event.destination_port = forms.port(_first(said, _PORT))
    event.protocol = event.protocol or forms.protocol(_first(said, _PROTOCOL))


def _first(said: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((said[name] for name in names if name in said), None)


def _url(said: Mapping[str, str]) -> str | None:
    """What stands under the name of a URL and looks like one: an id of a request and a file's name do not."""
    written = forms.known(_first(said, _URL))
    return written if written and _LOOKS_LIKE_ONE.match(written) else None


def _number(said: Mapping[str, str], names: tuple[str, ...]) -> int | None:
    text = _first(said, names) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _outcome(word: str) -> str:
    return "success" if word in _SUCCESS else "failure" if word in _FAILURE else "unknown"
