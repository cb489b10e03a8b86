"""The columns of each PAN-OS log type by position, and what CEF and LEEF call them.

Palo Alto, "Syslog Field Descriptions" (8.1 to 11.1): columns are only ever added at the end. The names are those of the
custom log format (`$srcuser`). Of TRAFFIC and THREAT only the columns that are read have a name here.
"""

_SESSION = (
    *("", "receive_time", "serial", "type", "subtype", "", "time_generated", "src", "dst", "natsrc", "natdst", "rule"),
    *("srcuser", "dstuser", "app", "vsys", "from", "to", "", "", "", "", "sessionid", "", "sport", "dport", "", ""),
    *("", "proto", "action"),
)
_HEAD = ("", "receive_time", "serial", "type", "subtype", "", "time_generated")


def _at(first: tuple[str, ...], later: dict[int, str]) -> tuple[tuple[int, str], ...]:
    named = dict(enumerate(first)) | later
    return tuple((place, name) for place, name in sorted(named.items()) if name)


COLUMNS: dict[str, tuple[tuple[int, str], ...]] = {
    "TRAFFIC": _at(
        _SESSION,
        {32: "bytes_sent", 33: "bytes_received", 36: "elapsed", 37: "category", 46: "session_end_reason",
         52: "device_name", 82: "src_host", 83: "src_mac", 102: "high_res_timestamp"},
    ),
    "THREAT": _at(
        _SESSION,
        {31: "misc", 32: "threatid", 33: "category", 46: "user_agent", 59: "device_name", 63: "http_method",
         86: "src_host", 87: "src_mac", 107: "high_res_timestamp"},
    ),
    "GLOBALPROTECT": _at(
        (*_HEAD, "vsys", "eventid", "stage", "auth_method", "tunnel_type", "srcuser", "srcregion", "machinename",
         "public_ip", "public_ipv6", "private_ip", "private_ipv6", "hostid", "serialnumber", "client_ver", "client_os",
         "client_os_ver", "repeatcnt", "reason", "error", "opaque", "status", "location", "login_duration"),
        {33: "portal", 36: "high_res_timestamp", 47: "device_name"},
    ),
    "SYSTEM": _at(
        (*_HEAD, "vsys", "eventid", "object", "", "", "module", "severity", "opaque"),
        {22: "device_name", 25: "high_res_timestamp"},
    ),
    "USERID": _at(
        (*_HEAD, "vsys", "ip", "user", "datasourcename", "eventid"),
        {16: "datasource", 17: "datasourcetype", 25: "device_name", 33: "high_res_timestamp"},
    ),
    "DECRYPTION": _at(_SESSION, {}),
    "HIPMATCH": _at((*_HEAD, "srcuser", "vsys", "machinename", "os", "src"), {}),
    "CONFIG": _at(
        (*_HEAD, "src", "vsys", "eventid", "srcuser", "", "result", "path"),
        {21: "device_name", 25: "high_res_timestamp"},
    ),
    "AUTH": _at(
        (*_HEAD, "vsys", "src", "srcuser"),
        {18: "opaque", 20: "eventid", 29: "device_name", 33: "high_res_timestamp", 40: "src_host", 41: "src_mac"},
    ),
}  # fmt: skip
COLUMNS["AUTHENTICATION"] = COLUMNS["AUTH"]  # the document's word for it
# Cells of the oldest release.
FEWEST = {"TRAFFIC": 38, "THREAT": 40, "DECRYPTION": 31, "GLOBALPROTECT": 34, "SYSTEM": 17, "USERID": 20}

# "PAN-OS CEF Configuration Guide": `in` is what was sent and `out` what was received, which is not a slip of ours.
CEF_NAMES = {
    "rt": "receive_time", "start": "time_generated", "deviceExternalId": "serial", "src": "src", "dst": "dst",
    "suser": "srcuser", "duser": "dstuser", "app": "app", "spt": "sport", "dpt": "dport", "proto": "proto",
    "act": "action", "in": "bytes_sent", "out": "bytes_received", "cn1": "sessionid", "cn3": "elapsed",
    "cs2": "category", "reason": "session_end_reason", "dvchost": "device_name", "request": "misc", "msg": "opaque",
    "requestClientApplication": "user_agent", "requestMethod": "http_method", "fname": "object", "cat": "eventid",
    "PanOSLogTimeStamp": "time_generated", "PanOSEventID": "eventid", "PanOSEventIDValue": "eventid",
    "PanOSStage": "stage", "PanOSAuthMethod": "auth_method", "PanOSTunnelType": "tunnel_type",
    "PanOSSourceUserName": "srcuser", "PanOSEndpointDeviceName": "machinename", "PanOSPublicIPv4": "public_ip",
    "PanOSPublicIPv6": "public_ipv6", "PanOSPrivateIPv4": "private_ip", "PanOSPrivateIPv6": "private_ipv6",
    "PanOSHostID": "hostid", "PanOSQuarantineReason": "reason", "PanOSConnectionError": "error",
    "PanOSDescription": "opaque", "PanOSEventStatus": "status", "PanOSLoginDuration": "login_duration",
    "PanOSPortal": "portal", "PanOSDeviceName": "device_name", "PanOSSourceDeviceHost": "src_host",
    "PanOSSourceDeviceMac": "src_mac",
}  # fmt: skip
# IBM, "Configuring Syslog or LEEF formatted events on your Palo Alto PA Series device"; Strata Logging Service.
LEEF_NAMES = {
    "ReceiveTime": "receive_time", "TimeReceived": "receive_time", "devTime": "time_generated",
    "SerialNumber": "serial", "DeviceSN": "serial", "cat": "type", "Type": "type", "Subtype": "subtype",
    "SubType": "subtype", "src": "src", "dst": "dst", "usrName": "srcuser", "DestinationUser": "dstuser",
    "Application": "app", "SessionID": "sessionid", "srcPort": "sport", "dstPort": "dport", "proto": "proto",
    "action": "action", "srcBytes": "bytes_sent", "dstBytes": "bytes_received", "ElapsedTime": "elapsed",
    "URLCategory": "category", "SessionEndReason": "session_end_reason", "DeviceName": "device_name",
    "Miscellaneous": "misc", "ThreatID": "threatid", "msg": "opaque", "UserAgent": "user_agent",
    "Stage": "stage", "AuthMethod": "auth_method", "TunnelType": "tunnel_type", "EndpointDeviceName": "machinename",
    "PublicIPv4": "public_ip", "PublicIPv6": "public_ipv6", "PrivateIPv4": "private_ip",
    "PrivateIPv6": "private_ipv6", "HostID": "hostid", "QuarantineReason": "reason", "ConnectionError": "error",
    "Description": "opaque", "EventStatus": "status", "LoginDuration": "login_duration", "Portal": "portal",
}  # fmt: skip
# Strata Logging Service, "Log Forwarding Schema": its JSON has LEEF's names where LEEF has none of its own.
JSON_NAMES = LEEF_NAMES | {
    "LogType": "type", "TimeGenerated": "time_generated", "EventTime": "time_generated", "LogTime": "receive_time",
    "LogSourceID": "serial", "LogSourceName": "device_name", "SourceAddress": "src", "DestinationAddress": "dst",
    "SourceUser": "srcuser", "SourceUserName": "srcuser", "SourcePort": "sport", "DestinationPort": "dport",
    "Protocol": "proto", "Action": "action", "BytesSent": "bytes_sent", "BytesReceived": "bytes_received",
    "SessionDuration": "elapsed", "URL": "misc", "HTTPMethod": "http_method", "SourceDeviceHost": "src_host",
    "SourceDeviceMac": "src_mac", "EventIDValue": "eventid", "EventName": "eventid", "EventDescription": "opaque",
    "SourceIP": "src", "DestinationIP": "dst", "MappingDataSourceType": "datasourcetype",
    "MappingDataSource": "datasource",
}  # fmt: skip
# Who and where from, and what a client writes as it likes: behind the latter the former is not believed.
IDENTITY = ("srcuser", "src", "user", "ip", "public_ip", "public_ipv6", "private_ip", "private_ipv6")
CLIENTS = frozenset({"misc", "user_agent", "opaque", "machinename", "src_host"})
