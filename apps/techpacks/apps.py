from django.apps import AppConfig


class TechpacksConfig(AppConfig):
    name = "apps.techpacks"
