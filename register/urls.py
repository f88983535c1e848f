from django.urls import path

from register import views

app_name = "register"
urlpatterns = [
    path("about/<slug:slug>/", views.page, name="page"),
    path("check/", views.check, name="check"),
    path("c/<slug:public_id>/", views.certificate, name="certificate"),
    path("c/<slug:public_id>.json", views.certificate_data, name="certificate_data"),
    path("directory/", views.directory, name="directory"),
    path("contact/", views.contact, name="contact"),
    path("contact/thanks/", views.thanks, name="thanks"),
    path("enquiries/", views.enquiries, name="enquiries"),
    path("enquiries/<int:pk>/answer/", views.answer, name="answer"),
]
