"""`make live`: a tiny real school of network namespaces, whose real servers' own logs Hall Monitor must judge rightly."""
