"""Editions: the approved collection with its sound in one signed file, carried to kiosks and switched to."""
