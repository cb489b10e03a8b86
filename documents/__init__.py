"""Pages to print and to file: what stands on them as plain values, and the one maker of PDFs."""
