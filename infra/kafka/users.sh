#!/usr/bin/env bash
# Who may do what in Kafka on a real deployment: SCRAM credentials and ACLs. Running it twice is harmless.
#
# Needs the brokers to have an authorizer (StandardAuthorizer) with allow.everyone.if.no.acl.found=false.
#   KAFKA_BOOTSTRAP           where the brokers are
#   KAFKA_ADMIN_CONFIG        a client.properties file of a super user
#   KAFKA_PASSWORD, KAFKA_SINK_PASSWORD, KAFKA_DASHBOARD_PASSWORD
#   KAFKA_BIN                 where Kafka's scripts are, /opt/kafka/bin
set -euo pipefail
bin=${KAFKA_BIN:-/opt/kafka/bin}
at=(--bootstrap-server "$KAFKA_BOOTSTRAP" --command-config "$KAFKA_ADMIN_CONFIG")

# The password goes through a file of ours alone: in a command line every account of the machine could read it.
umask 077
said=$(mktemp)
trap 'rm -f "$said"' EXIT

user() { # name, password
    printf 'SCRAM-SHA-512=password=%s\n' "$2" >"$said"
    "$bin/kafka-configs.sh" "${at[@]}" --alter --entity-type users --entity-name "$1" \
        --add-config-file "$said" >/dev/null
}

allow() { # name, then what kafka-acls.sh takes
    local name=$1
    shift
    "$bin/kafka-acls.sh" "${at[@]}" --add --allow-principal "User:$name" "$@" >/dev/null
}

user hallmonitor "$KAFKA_PASSWORD"
user hallmonitor-sink "$KAFKA_SINK_PASSWORD"
user hallmonitor-dashboard "$KAFKA_DASHBOARD_PASSWORD"

# Producers and worker: create the topics, read and write them, in transactions.
allow hallmonitor --topic audit. --resource-pattern-type prefixed --operation All
allow hallmonitor --group hallmonitor- --resource-pattern-type prefixed --operation Read --operation Describe
allow hallmonitor --transactional-id hallmonitor- --resource-pattern-type prefixed --operation Write --operation Describe
allow hallmonitor --cluster --operation IdempotentWrite --operation Describe

# Sink: reads what was judged and decided, and the log that holds the events themselves; remembers how far.
for topic in audit.log audit.events audit.violations audit.dead-letters audit.casework; do
    allow hallmonitor-sink --topic "$topic" --operation Read --operation Describe
done
allow hallmonitor-sink --group hallmonitor-sink --operation Read --operation Describe

# Dashboard: writes what people decide, and what the judge must know of it to the log.
for topic in audit.log audit.casework; do
    allow hallmonitor-dashboard --topic "$topic" --operation Read --operation Write --operation Describe
done
allow hallmonitor-dashboard --cluster --operation IdempotentWrite
