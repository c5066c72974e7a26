"""Mediation rooms, committees and case files: confidential, audited, backed up."""
