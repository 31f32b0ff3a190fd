from django.http import HttpResponse


def agenda(request, **kwargs):
    return HttpResponse("agenda")


def session(request, **kwargs):
    return HttpResponse("session")


def my(request, **kwargs):
    return HttpResponse("my")
