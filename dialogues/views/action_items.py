from django.http import HttpResponse


def index(request, **kwargs):
    return HttpResponse("index")


def action_item(request, **kwargs):
    return HttpResponse("action_item")
