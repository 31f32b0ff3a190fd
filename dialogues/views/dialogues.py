from django.http import HttpResponse


def home(request, **kwargs):
    return HttpResponse("home")


def index(request, **kwargs):
    return HttpResponse("index")


def dialogue(request, **kwargs):
    return HttpResponse("dialogue")
