"""Translation units, alignment, review, memory, recordings, editions."""
