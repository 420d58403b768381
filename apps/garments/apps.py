from django.apps import AppConfig


class GarmentsConfig(AppConfig):
    name = "apps.garments"
