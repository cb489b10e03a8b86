"""Everything that judges one district, entered with a batch and left with what it gives out."""
