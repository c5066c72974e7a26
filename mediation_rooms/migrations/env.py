"""Alembic's entry: everything it does stands in :mod:`corpus.migration`."""

from alembic import context

from corpus.migration import run_in_given_connection

run_in_given_connection(context)
