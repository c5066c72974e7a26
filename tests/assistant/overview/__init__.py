"""Figures, the ledger, the registers."""
