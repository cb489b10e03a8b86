"""ISC dhcpd as syslog wrote it: RFC 3164 without a priority, the client's own name in (), the relay after via."""

from zoneinfo import ZoneInfo

from simulator.happenings import Lease
from simulator.local_time import syslog_stamp
from simulator.spool import Spool


class DhcpWriter:
    """Writes what the DHCP server did."""

    def __init__(self, spool: Spool, zone: ZoneInfo) -> None:
        self._add = spool.add
        self._stamp = syslog_stamp(zone)

    def lease(self, lease: Lease) -> None:
        """One exchange: two or four messages for a grant, one for the rest."""
        for offset, text in enumerate(self._messages(lease)):
            at = lease.at + offset * 40
            self._add(at, f"{self._stamp(at)} dhcp1 dhcpd[812]: {text}")

    def _messages(self, lease: Lease) -> list[str]:
        name = f" ({lease.hostname})" if lease.hostname else ""
        relay = lease.address.rpartition(".")[0] + ".1"
        client, via = f"{lease.mac}{name}", f"via {relay}"
        known = [
            f"DHCPREQUEST for {lease.address} from {client} {via}",
            f"DHCPACK on {lease.address} to {client} {via}",
        ]
        if lease.what == "sought":
            return [
                f"DHCPDISCOVER from {client} {via}",
                f"DHCPOFFER on {lease.address} to {client} {via}",
                known[0].replace(" from ", " (10.250.210.9) from ", 1),
                known[1],
            ]
        if lease.what == "released":
            return [f"DHCPRELEASE of {lease.address} from {client} {via} (found)"]
        if lease.what == "refused":
            return [
                f"DHCPREQUEST for {lease.address} from {client} {via}: wrong network.",
                f"DHCPNAK on {lease.address} to {lease.mac} {via}",
            ]
        if lease.what == "informed":
            return [f"DHCPINFORM from {lease.address} {via}"]
        return known
