from django.urls import path

from register.api.app import urls
from register.api.views import openapi

patterns, app_name, _space = urls()
app_name = "api"
urlpatterns = [path("openapi.json", openapi, name="openapi"), *patterns]
