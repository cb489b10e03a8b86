-- How many events name whom, by hour: ClickHouse keeps it in each part, and makes it anew when it merges parts or deletes
-- rows (storage/queries/hours.py says where it is right). People, accounts, devices and addresses in one; the hosts that
-- were reached, of which there are many, in another; sources in a third. Some 1 byte per event.
ALTER TABLE events MODIFY SETTING deduplicate_merge_projection_mode = 'rebuild';
ALTER TABLE events ADD PROJECTION IF NOT EXISTS names_by_hour (
    SELECT district, person, account, account_domain, target_account, target_domain, device_id, device, address,
        assigned_address, mac, reporter, site, toInt64(floor(toUnixTimestamp64Milli(occurred_at) / 3600000)), source_id, category,
        count()
    GROUP BY district, person, account, account_domain, target_account, target_domain, device_id, device, address,
        assigned_address, mac, reporter, site, toInt64(floor(toUnixTimestamp64Milli(occurred_at) / 3600000)), source_id, category
);
ALTER TABLE events ADD PROJECTION IF NOT EXISTS hosts_by_hour (
    SELECT district, domain, destination, toInt64(floor(toUnixTimestamp64Milli(occurred_at) / 3600000)), source_id, category,
        count()
    GROUP BY district, domain, destination, toInt64(floor(toUnixTimestamp64Milli(occurred_at) / 3600000)), source_id, category
);
ALTER TABLE events ADD PROJECTION IF NOT EXISTS sources_by_hour (
    SELECT district, source_id, product, category, action, ifNull(part, 1) <= 1,
        toInt64(floor(toUnixTimestamp64Milli(occurred_at) / 3600000)), count(), min(occurred_at), max(occurred_at), max(stored_at)
    GROUP BY district, source_id, product, category, action, ifNull(part, 1) <= 1,
        toInt64(floor(toUnixTimestamp64Milli(occurred_at) / 3600000))
);
-- Silences, password changes and sign-ins at devices are few; what was stored in the last hour is, too.
ALTER TABLE events ADD INDEX IF NOT EXISTS action_bloom action TYPE bloom_filter(0.01) GRANULARITY 1;
ALTER TABLE events ADD INDEX IF NOT EXISTS stored_range stored_at TYPE minmax GRANULARITY 1;
-- Of what is stored already ClickHouse counts behind the scenes, and meanwhile reads the rows themselves.
ALTER TABLE events
    MATERIALIZE PROJECTION names_by_hour,
    MATERIALIZE PROJECTION hosts_by_hour,
    MATERIALIZE PROJECTION sources_by_hour,
    MATERIALIZE INDEX action_bloom,
    MATERIALIZE INDEX stored_range
SETTINGS mutations_sync = 0;
