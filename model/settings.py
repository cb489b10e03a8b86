"""Where the servers are and where we keep our own files; read from the environment (and `.env`) once, at the rim."""

import re
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_URL = re.compile(r"([a-z]+://)(?:[^/?#]*@)?([^@?#]*)(?:[?#][^@]*)?", re.I | re.S)
PASSWORDS = ("kafka_sasl_password", "clickhouse_password", "clickhouse_sink_password", "oidc_client_secret")
KAFKA = (
    *("kafka_bootstrap", "kafka_security_protocol", "kafka_sasl_mechanism", "kafka_sasl_username"),
    *("kafka_sasl_password", "kafka_sasl_password_file", "kafka_ssl_cafile"),
)
CLICKHOUSE = ("clickhouse_url", "clickhouse_user", "clickhouse_password", "clickhouse_password_file")
SERVERS = (*KAFKA, *CLICKHOUSE)  # where the servers are and how one proves to be allowed there


class Settings(BaseSettings):
    """Every setting has the name of its environment variable, in capitals. Empty addresses mean the embedded stack."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    hallmonitor_home: Path = Path(".hallmonitor")
    hallmonitor_hosts: str = ""  # under which names people reach the dashboard, separated by commas
    oidc_issuer: str = ""  # the district's single sign-on: its issuer URL; empty: local accounts alone
    oidc_client_id: str = ""
    oidc_client_secret: str = Field(default="", repr=False)  # empty for a public client
    oidc_client_secret_file: str = ""  # read where there is no secret
    oidc_name_claim: str = "preferred_username"  # which claim is the user's name
    oidc_role_claim: str = "roles"  # which claim says the roles; `realm_access.roles` is one within another
    oidc_roles: str = ""  # VALUE=ROLE;VALUE=ROLE: what a value of that claim is here
    oidc_school_claim: str = ""  # which claim says the schools; empty: the whole district
    oidc_schools: str = ""  # VALUE=ORG;VALUE=ORG: which school (orgs.csv) a value of it is; `*` is the whole district
    oidc_redirect: str = ""  # the address of /login/sso/back as browsers reach it; needed behind a proxy
    kafka_bootstrap: str = ""
    kafka_security_protocol: str = "PLAINTEXT"
    kafka_sasl_mechanism: str = ""
    kafka_sasl_username: str = ""
    kafka_sasl_password: str = Field(default="", repr=False)
    kafka_sasl_password_file: str = ""  # read where there is no password
    kafka_ssl_cafile: str = ""
    kafka_replication_factor: int = 1
    kafka_partitions: int = 16  # districts one set of topics can hold
    kafka_keep_days: int = Field(default=14, ge=1)  # how long the broker keeps what is judged, stored and sealed
    ledger_anchor: str = ""  # a file, best on another disk, that gets a line whenever the ledger is sealed
    ledger_tsa: str = ""  # the address of an authority that time-stamps the ledger (RFC 3161)
    ledger_tsa_certificates: str = ""  # a PEM file of the certificates by which its stamps are checked
    worker_web_port: int = 6066  # Faust's web with /metrics, on loopback; another if taken
    clickhouse_url: str = Field(default="", repr=False)  # http(s)://host:port/database
    clickhouse_user: str = ""
    clickhouse_password: str = Field(default="", repr=False)
    clickhouse_password_file: str = ""  # read where there is no password
    clickhouse_sink_user: str = ""  # who inserts the rows under `hallmonitor run`; the user above where it is empty
    clickhouse_sink_password: str = Field(default="", repr=False)
    clickhouse_sink_password_file: str = ""  # read where there is no password

    def environment(self) -> dict[str, str]:
        """The variables that tell another process of ours the same servers; a password that has a file stays there."""
        told = {name: str(getattr(self, name)) for name in SERVERS}
        return {name.upper(): "" if told.get(f"{name}_file") else value for name, value in told.items()}

    def sink_environment(self) -> dict[str, str]:
        """The variables by which a sink signs in to ClickHouse as its own user; none where it has no such user."""
        if not self.clickhouse_sink_user:
            return {}
        file = self.clickhouse_sink_password_file
        return {
            "CLICKHOUSE_USER": self.clickhouse_sink_user,
            "CLICKHOUSE_PASSWORD": "" if file else self.clickhouse_sink_password,
            "CLICKHOUSE_PASSWORD_FILE": file,
        }

    @model_validator(mode="before")
    @classmethod
    def _read_passwords(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Takes each password from its file where only the file is named. Raises ValueError for one not readable."""
        return {**given, **{name: _from_file(given, name) for name in PASSWORDS if given.get(f"{name}_file")}}


def _from_file(given: dict[str, Any], name: str) -> str:
    if given.get(name):
        return str(given[name])
    try:
        return Path(given[f"{name}_file"]).read_text().strip()
    except OSError as error:
        raise ValueError(f"{name.upper()}_FILE cannot be read: {error}") from error


def without_secrets(url: str) -> str:
    """A URL as it may be printed: user, password and query left out; one that is none ends behind its scheme."""
    found = _URL.fullmatch(url)
    return f"{found[1]}{found[2]}" if found else f"{url.partition('://')[0][:16]}://…" if url else ""
