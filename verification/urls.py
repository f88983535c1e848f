from django.urls import path

from verification import views

app_name = "verification"
urlpatterns = [
    path("<int:pk>/", views.desk, name="desk"),
    path("<int:pk>/book/", views.book, name="book"),
    path("<int:pk>/record/", views.record, name="record"),
    path("<int:pk>/send-back/", views.send_back, name="send_back"),
    path("<int:pk>/outcomes/<slug:area>/", views.area, name="area"),
    path("<int:pk>/outcomes/<slug:area>/<str:code>/", views.outcome, name="outcome"),
]
