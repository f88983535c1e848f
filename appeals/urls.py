from django.urls import path

from appeals import views

app_name = "appeals"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/take-back/", views.take_back, name="take_back"),
    path("cases/<int:pk>/", views.appeal, name="appeal"),
]
