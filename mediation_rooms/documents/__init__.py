"""The official forms of a mediation file, field by field."""
