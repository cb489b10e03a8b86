"""Where the servers are and where we keep our own files; read from the environment (and `.env`) once, at the rim."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting has the name of its environment variable, in capitals. Empty addresses mean the embedded stack."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    hallmonitor_home: Path = Path(".hallmonitor")
    kafka_bootstrap: str = ""
    kafka_security_protocol: str = "PLAINTEXT"
    kafka_sasl_mechanism: str = ""
    kafka_sasl_username: str = ""
    kafka_sasl_password: str = ""
    kafka_ssl_cafile: str = ""
    kafka_replication_factor: int = 1
    kafka_partitions: int = 16  # districts one set of topics can hold
    worker_web_port: int = 6066  # Faust's web with /metrics, on loopback; another if taken
    clickhouse_url: str = ""  # http(s)://host:port/database
    clickhouse_user: str = ""
    clickhouse_password: str = ""
