"""The identity of a topic: one that was deleted and made anew has the same name and another id."""

from kafka import KafkaAdminClient

from model.settings import Settings


def topic_id(settings: Settings, topic: str) -> str:
    """The topic's UUID as the cluster tells it; raises KafkaError if the cluster cannot be asked."""
    admin = KafkaAdminClient(
        bootstrap_servers=settings.kafka_bootstrap,
        security_protocol=settings.kafka_security_protocol,
        sasl_mechanism=settings.kafka_sasl_mechanism or None,
        sasl_plain_username=settings.kafka_sasl_username or None,
        sasl_plain_password=settings.kafka_sasl_password or None,
        ssl_cafile=settings.kafka_ssl_cafile or None,
    )
    try:
        return str(admin.describe_topics([topic])[0]["topic_id"])
    finally:
        admin.close()
