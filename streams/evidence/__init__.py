"""What a finding shows: the evidence contract, reference rows, plain words."""
