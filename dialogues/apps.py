import pkgutil
from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class DialoguesConfig(AppConfig):
    name = "dialogues"
    verbose_name = _("Dialogues")


class SecretariatAdminConfig(AdminConfig):
    """The stock admin with the secretariat's own site: who may enter, in which order things stand."""

    default_site = "dialogues.admin.site.SecretariatSite"

    def ready(self) -> None:
        super().ready()
        package = import_module("dialogues.admin")
        for topic in pkgutil.iter_modules(package.__path__):
            import_module(f"dialogues.admin.{topic.name}")
