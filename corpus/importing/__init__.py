"""Importers into the collection, one module a format."""
