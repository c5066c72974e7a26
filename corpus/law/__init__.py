"""Statutes, their versions and articles, and what was in force when."""
