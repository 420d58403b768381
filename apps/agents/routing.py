"""Every WebSocket address of the site."""

from django.urls import path

from apps.agents.consumers import TaskConsumer

websocket_urlpatterns = [path("ws/tasks/<uuid:task_id>", TaskConsumer.as_asgi(), name="task_socket")]
