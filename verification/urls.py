from django.urls import path

from verification.views import booking, desk, record

app_name = "verification"
urlpatterns = [
    path("<int:pk>/", desk.desk, name="desk"),
    path("<int:pk>/book/", booking.book, name="book"),
    path("<int:pk>/later/", record.later, name="later"),
    path("<int:pk>/record/", record.record, name="record"),
    path("<int:pk>/record/add/", record.add, name="add"),
    path("<int:pk>/send-back/", record.send_back, name="send_back"),
    path("<int:pk>/outcomes/<slug:area>/<str:code>/", desk.outcome, name="outcome"),
]
