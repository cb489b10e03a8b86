"""What is remembered between batches, and how far each source has been read."""
