from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SvgConfig(AppConfig):
    name = "apps.svg"
    verbose_name = _("Drawings")

    def ready(self) -> None:
        from apps.agents.registry import AgentSpec, register

        register(
            AgentSpec(
                agent_type="svg_generator",
                title=_("Technical flat"),
                queue="cv",
                run="apps.svg.pipeline.run",
                subject="photo",
                soft_limit_s=60,
                hard_limit_s=90,
                steps=(
                    ("mask", _("Reading the silhouette")),
                    ("outline", _("Drawing the outline")),
                    ("store", _("Storing the revision")),
                ),
            )
        )
