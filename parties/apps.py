from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "parties"
    verbose_name = _("Register")

    def ready(self) -> None:
        from .models.retention import every_text_has_its_period

        checks.register(every_text_has_its_period, checks.Tags.models)
