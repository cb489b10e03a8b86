"""Who and where: leases, logons, places, and the answer for one event."""
