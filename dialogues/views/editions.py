from django.http import HttpResponse


def edition(request, **kwargs):
    return HttpResponse("edition")


def latest(request, **kwargs):
    return HttpResponse("latest")
