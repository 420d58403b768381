from django.apps import AppConfig


class SamplesConfig(AppConfig):
    name = "tests.apps.agents.samples"
    label = "agent_samples"

    def ready(self) -> None:
        from tests.apps.agents.samples.specs import register_samples

        register_samples()
