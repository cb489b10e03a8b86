"""The clients' view of the settings: addresses and security, for aiokafka and for Faust."""

import ssl
from typing import Any

import faust

from model.settings import Settings


def client_settings(settings: Settings) -> dict[str, Any]:
    """Keyword arguments that every aiokafka client of the worker takes."""
    found: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap,
        "security_protocol": settings.kafka_security_protocol,
    }
    if "SSL" in settings.kafka_security_protocol:
        found["ssl_context"] = ssl.create_default_context(cafile=settings.kafka_ssl_cafile or None)
    if "SASL" in settings.kafka_security_protocol:
        found["sasl_mechanism"] = settings.kafka_sasl_mechanism
        found["sasl_plain_username"] = settings.kafka_sasl_username
        found["sasl_plain_password"] = settings.kafka_sasl_password
    return found


def credentials(settings: Settings) -> Any:
    """The same for Faust's own consumer; None for plain text."""
    context = None
    if "SSL" in settings.kafka_security_protocol:
        context = ssl.create_default_context(cafile=settings.kafka_ssl_cafile or None)
    if "SASL" in settings.kafka_security_protocol:
        return faust.SASLCredentials(
            username=settings.kafka_sasl_username,
            password=settings.kafka_sasl_password,
            mechanism=settings.kafka_sasl_mechanism,
            ssl_context=context,
        )
    return None if context is None else faust.SSLCredentials(context)
