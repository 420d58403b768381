"""The Celery side: two thin shells around services."""

from celery import shared_task

from apps.agents import services


@shared_task(name="agents.run")  # type: ignore[untyped-decorator]
def run(task_id: str) -> None:
    services.task_run(task_id)


@shared_task(name="agents.recover")  # type: ignore[untyped-decorator]
def recover() -> None:
    services.recover_lost_tasks()
