"""Wires the apps together; loading the Celery application here lets every process send tasks."""

from techpack_site.celery import app as celery_app

__all__ = ["celery_app"]
