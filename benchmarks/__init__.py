"""Measurements that people repeat: each prints a table and says whether the figures are met."""
