"""The Celery application: four queues with real priorities, late acknowledgement, JSON only."""

import os

from celery import Celery
from celery.signals import setup_logging
from kombu.entity import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "techpack_site.settings.local")

app = Celery("techpack")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # Named exchanges: queues left to the default one would all get every message.
    task_queues=[
        Queue(name, Exchange(name, type="direct"), routing_key=name)  # type: ignore[no-untyped-call]
        for name in ("nlp", "cv", "ml", "export")
    ],
    task_default_queue="cv",
    task_serializer="json",
    accept_content=["json"],
    result_backend=None,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    beat_schedule={
        "recover-lost-tasks": {
            "task": "agents.recover",
            "schedule": 10.0,
            "options": {"queue": "export", "priority": 0, "expires": 10},
        },
    },
    # Redis has no x-max-priority: kombu keeps one list per step and reads them in order, 0 first.
    broker_transport_options={
        "priority_steps": [0, 3, 6, 9],
        "queue_order_strategy": "priority",
        "visibility_timeout": 3600,
    },
)
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator]
def leave_logging_to_django(**_signal: object) -> None:
    """Celery sets up no logging of its own once this signal has a receiver; LOGGING holds for workers too."""
