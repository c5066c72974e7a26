"""Exporters out of the collection, one module a format."""
