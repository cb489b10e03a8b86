"""How records reach us: files that grow, rotate or lie compressed, and syslog over the network."""
