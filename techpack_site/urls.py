"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import JavaScriptCatalog

from techpack_site import health
from techpack_site.api import api

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="styles"), name="home"),
    path("accounts/", include("allauth.urls")),
    path("", include("apps.accounts.urls")),
    path("", include("apps.garments.urls")),
    path("", include("apps.svg.urls")),
    path("", include("apps.techpacks.urls")),
    path("jsi18n/", JavaScriptCatalog.as_view(domain="djangojs"), name="javascript-catalog"),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
    path("health", health.health),
    path("ready", health.ready),
]
