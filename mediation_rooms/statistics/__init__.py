"""The ministry's tables and the ledgers, computed from case files."""
