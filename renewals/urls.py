"""Addresses of the renewal file and of leaves."""

from django.urls import path

from renewals.views import leaves, own

app_name = "renewals"
urlpatterns = [
    path("", leaves.desk, name="desk"),
    path("leaves/<int:pk>/", leaves.answer, name="leave"),
    path("leaves/<int:pk>/take-back/", leaves.take_back, name="take_back"),
    path("<str:number>/", own.file, name="file"),
    path("<str:number>/hand-in/", own.hand_in, name="hand_in"),
    path("<str:number>/then-and-now/", own.then_and_now, name="then_and_now"),
    path("<str:number>/leave/", leaves.ask, name="ask_leave"),
    path("<str:number>/add/<slug:what>/", own.add, name="add"),
    path("<str:number>/entries/<int:pk>/", own.change, name="change"),
    path("<str:number>/entries/<int:pk>/delete/", own.remove, name="remove"),
]
