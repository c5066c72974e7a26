"""The entry point of the server: ``gunicorn wsgi:app`` and ``flask --app wsgi``."""

from assistant.factory import create_app
from assistant.settings import Settings

app = create_app(Settings.from_environment())
