from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("me/", views.profile, name="profile"),
    path("language/", views.language, name="language"),
    path("", views.people, name="people"),
    path("<int:pk>/", views.person, name="person"),
    path("grants/<int:pk>/end/", views.end, name="end_grant"),
]
