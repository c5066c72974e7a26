"""The 25-column ledger that villages really send: out of the case store, and old registers back in."""
