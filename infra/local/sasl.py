"""How one proves to be allowed at the embedded Kafka: SASL/SCRAM with the home's secret, no TLS, on loopback.

Clients and brokers use SCRAM, whose credential stands in the cluster's own metadata. Controllers must let each other in
before there is metadata, so their listener takes PLAIN with a credential of the configuration. The authorizer lets
nobody do anything but this one user.
"""

from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ScramMechanism, UserScramCredentialUpsertion

USER = "hallmonitor"
MECHANISM = "SCRAM-SHA-512"
_ITERATIONS = 4096  # Kafka's default; the secret is 256 random bits, nobody guesses it from its hash
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
_PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"


def broker(secret: str, enrolled: bool) -> dict[str, object]:
    """Lines of server.properties. A cluster that has no SCRAM credential yet takes PLAIN, too, until its next start."""
    login = f'required username="{USER}" password="{secret}"'
    plain = f'{_PLAIN} {login} user_{USER}="{secret}";'
    lines: dict[str, object] = {
        "sasl.enabled.mechanisms": MECHANISM if enrolled else f"{MECHANISM},PLAIN",
        "sasl.mechanism.inter.broker.protocol": MECHANISM if enrolled else "PLAIN",
        "sasl.mechanism.controller.protocol": "PLAIN",
        f"listener.name.clients.{MECHANISM.lower()}.sasl.jaas.config": f"{_SCRAM} {login};",
        "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.controller.plain.sasl.jaas.config": plain,
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{USER}",
        "allow.everyone.if.no.acl.found": "false",
    }
    return lines if enrolled else {**lines, "listener.name.clients.plain.sasl.jaas.config": plain}


def format_words(secret: str) -> list[str]:
    """Arguments of StorageTool format that put the credential into a new cluster's metadata."""
    return ["--add-scram", f"{MECHANISM}=[name={USER},iterations={_ITERATIONS},password={secret}]"]


def client(secret: str, mechanism: str = MECHANISM) -> dict[str, Any]:
    """Arguments of kafka-python's and aiokafka's clients."""
    return {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": mechanism,
        "sasl_plain_username": USER,
        "sasl_plain_password": secret,
    }


def enroll(bootstrap: str, secret: str) -> None:
    """Give a cluster that was made without passwords the credential; raises kafka.errors.KafkaError."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","), **client(secret, "PLAIN"))
    credential = UserScramCredentialUpsertion(USER, ScramMechanism.SCRAM_SHA_512, secret, _ITERATIONS)
    try:
        admin.alter_user_scram_credentials([credential])
    finally:
        admin.close()
