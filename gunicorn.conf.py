"""The production server: threads keep serving while slow clients hold on.

Every worker opens its own databases and its own copy of the index after the fork.
"""

import gunicorn

gunicorn.SERVER = "server"  # the header names no product and no version
worker_class = "gthread"
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 8190
limit_request_fields = 60
accesslog = None  # the application logs requests itself, without addresses and questions
errorlog = "-"
loglevel = "warning"


def post_worker_init(worker):
    """Start this worker's check of the stores and its thread of the queue, which the database divides."""
    application = worker.wsgi
    application.extensions["condition"].start()
    settings = application.extensions["settings"]
    if settings.job_worker:
        application.extensions["jobs"].start()


def worker_exit(server, worker):  # noqa: ARG001 - the signature is gunicorn's
    """Let the piece of work at hand end."""
    application = getattr(worker, "wsgi", None)
    if application is not None:
        application.extensions["jobs"].stop()
