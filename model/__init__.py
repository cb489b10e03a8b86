"""The words every room shares: events, violations, reference facts, policies, topics; imports no other room."""
