"""Stable addresses of awards: every one of these stands in signed documents or on paper."""

from django.urls import path

from awards.views import public

app_name = "award"
urlpatterns = [
    path("schemes/<slug:slug>", public.scheme, name="scheme"),
    path("<uuid:award>", public.by_address, name="by_address"),
    path("<slug:number>", public.by_number, name="by_number"),
    path("<uuid:award>/", public.page, name="page"),
    path("<uuid:award>/status.json", public.data, name="data"),
    path("<uuid:award>/credential.json", public.credential, name="credential"),
    path("<uuid:award>/badge.<str:ending>", public.badge, name="badge"),
]
