"""The secretariat's own admin site."""

from django.contrib import admin
from django.http import HttpRequest

from dialogues.permissions import signed_in_as_staff


class SecretariatSite(admin.AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return signed_in_as_staff(request)
