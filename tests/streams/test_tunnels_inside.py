"""Tunnels whose address outside is not told: kept apart by the address inside, through rekeyings, to the finding."""

from pathlib import Path

from tests.support.vpn_day import judged

ENDS = "between 203.0.113.1[vpn]...198.51.100.7[vtech]"
REKEYED = f"""\
Mar  4 13:05:00 gw1 charon: 05[IKE] <rw|7> assigning virtual IP 10.9.0.4 to peer 'vtech'
Mar  4 13:05:00 gw1 charon: 05[IKE] <rw|7> IKE_SA rw[7] established {ENDS}
Mar  4 14:05:00 gw1 charon: 06[IKE] <rw|7> IKE_SA rw[8] rekeyed {ENDS}
Mar  4 14:05:00 gw1 charon: 06[IKE] <rw|7> deleting IKE_SA rw[7] {ENDS}
Mar  4 18:05:00 gw1 charon: 06[IKE] <rw|8> IKE_SA rw[9] rekeyed {ENDS}
Mar  4 18:05:00 gw1 charon: 06[IKE] <rw|8> deleting IKE_SA rw[8] {ENDS}
Mar  4 21:30:00 gw1 charon: 07[IKE] <rw|9> deleting IKE_SA rw[9] {ENDS}
Mar  4 21:30:00 gw1 charon: 07[CFG] <rw|9> lease 10.9.0.4 by 'vtech' went offline
"""
LATER = "Mar  5 05:00:00 gw1 charon: 05[IKE] <rw|10> assigning virtual IP 10.9.0.4 to peer 'vtech'\n"
APPROVED = "AP-1,vendor_access,acme,m.hill,quarterly service,approved,2026-03-04T13:00,2026-03-04T15:00\n"
TWO = """\
Mar  4 10:00:00 gw1 charon: 16[IKE] <rw|1> assigning virtual IP 10.9.0.5 to peer 'tbell'
Mar  4 10:05:00 gw1 charon: 07[IKE] <rw|2> assigning virtual IP 10.9.0.6 to peer 'tbell'
Mar  4 11:00:00 gw1 charon: 07[CFG] <rw|2> lease 10.9.0.6 by 'tbell' went offline
Mar  4 12:30:00 gw1 charon: 07[CFG] <rw|1> lease 10.9.0.5 by 'tbell' went offline
"""
GIVEN = (
    "Mar  4 10:0{at}:00 fw1 1,2026/03/04 10:0{at}:00,012801096514,SYSTEM,globalprotect,2561,2026/03/04 10:0{at}:00,,"
    "globalprotectgateway-config-succ,GW-N,0,0,general,informational,"
    '"GlobalProtect gateway client configuration generated. User name: tbell, Private IP: {inside}, '
    "Client version: 5.0.4-16, Device name: STAFF-LT-114, Client OS version: Microsoft Windows 10 Pro , "
    '64-bit, VPN type: Device Level VPN.",'
    "641953,0x8000000000000000,0,0,0,0,,fw1\n"
)
LOGOUT = (
    "Mar  4 12:30:00 fw1 1,2026/03/04 12:30:00,012801096514,SYSTEM,globalprotect,2561,2026/03/04 12:30:00,,"
    "globalprotectgateway-logout-succ,GW-N,0,0,general,informational,"
    '"GlobalProtect gateway user logout succeeded. User name: tbell, Client OS version: Microsoft Windows 10 Pro , '
    '64-bit, Reason: client logout.",641953,0x8000000000000000,0,0,0,0,,fw1\n'
)


def test_a_vendors_overrun_is_found_over_two_rekeyings(tmp_path: Path) -> None:
    found = [
        one
        for one in judged(tmp_path, "strongswan", REKEYED + LATER, APPROVED).violations
        if one.detection == "unapproved_vendor_session" and "6 h 30 min" in one.headline
    ]
    assert [one.account for one in found] == ["vtech"]


def test_the_end_of_one_of_two_tunnels_of_an_account_leaves_the_other_open(tmp_path: Path) -> None:
    day = judged(tmp_path, "strongswan", TWO)
    assert [one.person for one in day.of("web")] == ["p-bell", None]


def test_a_logout_that_names_no_address_ends_the_accounts_tunnels(tmp_path: Path) -> None:
    """As older GlobalProtect writes it."""
    log = GIVEN.format(at=0, inside="10.9.0.5") + GIVEN.format(at=1, inside="10.9.0.6") + LOGOUT
    assert [one.person for one in judged(tmp_path, "palo_alto", log).of("web")] == ["p-bell", None]
