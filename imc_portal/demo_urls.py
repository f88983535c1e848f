from django.urls import path

from imc_portal import demo_views

app_name = "demo"
urlpatterns = [
    path("", demo_views.people, name="people"),
    path("sign-in/<int:pk>/", demo_views.sign_in, name="sign_in"),
    path("mail/", demo_views.mailbox, name="mailbox"),
    path("mail/<int:pk>/", demo_views.mail, name="mail"),
    path("mail/<int:pk>/html/", demo_views.mail_html, name="mail_html"),
]
