"""Stable addresses: every one of these stands in signed documents."""

from django.urls import path

from credentials import views

app_name = "credentials"
urlpatterns = [
    path(".well-known/did.json", views.did, name="did"),
    path("achievements/<slug:slug>", views.achievement, name="achievement"),
    path("achievements/<slug:slug>/badge.<str:ending>", views.badge, name="badge"),
    path("status/revocation/<int:number>", views.status_list, name="status_list"),
    path("c/<slug:public_id>", views.by_address, name="by_address"),
    path("c/<slug:public_id>/credential.json", views.credential, name="credential"),
    path("c/<slug:public_id>/badge.<str:ending>", views.baked, name="baked"),
    path("credentials/<str:number>.json", views.own, name="own"),
]
