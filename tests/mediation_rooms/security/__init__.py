"""Accounts, keys, the trail, backups."""
