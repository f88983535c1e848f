from django.urls import path

from certificates import views

app_name = "certificates"
urlpatterns = [
    path("", views.wallet, name="wallet"),
    path("catalogue/", views.catalogue, name="catalogue"),
    path("<str:number>/", views.certificate, name="certificate"),
    path("<str:number>/visibility/", views.show, name="show"),
    path("<str:number>/files/", views.files, name="files"),
    path("<str:number>/<slug:paper>.pdf", views.download, name="download"),
]
