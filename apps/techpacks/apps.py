from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TechpacksConfig(AppConfig):
    name = "apps.techpacks"
    verbose_name = _("Tech packs")

    def ready(self) -> None:
        from apps.agents.registry import AgentSpec, register

        register(
            AgentSpec(
                agent_type="techpack_exporter",
                title=_("Tech pack"),
                queue="export",
                run="apps.techpacks.pipeline.run",
                subject="style",
                soft_limit_s=120,
                hard_limit_s=150,
                max_attempts=3,
                steps=(
                    ("gather", _("Gathering the data")),
                    ("flats", _("Laying out the flats")),
                    ("pdf", _("Setting the PDF")),
                    ("xlsx", _("Filling the workbook")),
                    ("store", _("Storing the files")),
                ),
            )
        )
