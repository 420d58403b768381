from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GarmentsConfig(AppConfig):
    name = "apps.garments"
    verbose_name = _("Garments")

    def ready(self) -> None:
        from apps.agents.registry import AgentSpec, register

        register(
            AgentSpec(
                agent_type="garment_analyzer",
                title=_("Photo analysis"),
                queue="cv",
                run="apps.garments.pipeline.run",
                start="apps.garments.services.photo_analyse_start",
                warm_up="apps.garments.pipeline.warm_up",
                subject="photo",
                soft_limit_s=120,
                hard_limit_s=150,
                steps=(
                    ("fetch", _("Fetching the photo")),
                    ("opening", _("Opening the photo")),
                    ("segmentation", _("Finding the silhouette")),
                    ("type", _("Recognising the garment")),
                    ("parts", _("Finding the parts")),
                    ("measurements", _("Measuring the garment")),
                    ("colours", _("Reading the colours")),
                    ("quality", _("Judging the photo")),
                    ("outline", _("Tracing the outline")),
                    ("store", _("Storing what was found")),
                ),
            )
        )
