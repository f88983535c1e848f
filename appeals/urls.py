from django.urls import path

from appeals import views
from appeals.views import complaints, deeds

app_name = "appeals"
urlpatterns = [
    path("appeals/", views.listing, name="list"),
    path("appeals/<int:pk>/", views.show, name="show"),
    path("appeals/<int:pk>/take-back/", views.take_back, name="take_back"),
    path("appeals/<int:pk>/<slug:verb>/", deeds.do_in_appeal, name="do"),
    path("appeals/cases/<int:pk>/", views.appeal, name="appeal"),
    path("complaints/new/", complaints.complain, name="complain"),
    path("complaints/<int:pk>/", complaints.show, name="complaint"),
    path("complaints/<int:pk>/<slug:verb>/", deeds.do_in_complaint, name="do_in_complaint"),
    path("complaints/follow/<str:follow>/", complaints.follow, name="follow"),
]
