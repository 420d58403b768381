"""The ASGI application: Django for HTTP, Channels for /ws/."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "techpack_site.settings.local")
http = get_asgi_application()

from apps.accounts.sockets import TokenOrSessionMiddleware  # noqa: E402
from apps.agents.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": TokenOrSessionMiddleware(URLRouter(websocket_urlpatterns)),
    }
)
