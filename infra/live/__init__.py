"""`make live`: a tiny real school in network namespaces, whose servers' own logs Hall Monitor must judge rightly."""
