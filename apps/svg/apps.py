from django.apps import AppConfig


class SvgConfig(AppConfig):
    name = "apps.svg"
