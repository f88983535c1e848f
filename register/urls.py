from django.urls import path

from register import provider_views, views
from register.api.views import documentation
from register.lists.views import employers

app_name = "register"
urlpatterns = [
    path("about/<slug:slug>/", views.page, name="page"),
    path("check/", views.check, name="check"),
    path("check/list/", employers, name="check_list"),
    path("api/", documentation, name="api"),
    path("c/<slug:public_id>/", views.certificate, name="certificate"),
    path("c/<slug:public_id>.json", views.certificate_data, name="certificate_data"),
    path("providers/", provider_views.providers, name="providers"),
    path("providers/<int:provider>/", provider_views.provider, name="provider"),
    path("providers/ask/", provider_views.ask_recognition, name="ask_recognition"),
    path("providers/asked/", provider_views.provider_asked, name="provider_asked"),
    path(
        "providers/requests/<slug:wish>/", provider_views.provider_request, name="provider_request"
    ),
    path("providers/mine/", provider_views.my_providers, name="my_providers"),
    path("providers/mine/<int:pk>/", provider_views.my_provider, name="my_provider"),
    path(
        "providers/mine/<int:pk>/confirm/", provider_views.confirm_provider, name="confirm_provider"
    ),
    path("providers/mine/<int:pk>/roster/", provider_views.hand_in_roster, name="hand_in_roster"),
    path(
        "providers/mine/<int:pk>/entry/<slug:kind>/",
        provider_views.edit_provider,
        name="edit_provider",
    ),
    path("contact/", views.contact, name="contact"),
    path("contact/thanks/", views.thanks, name="thanks"),
    path("enquiries/", views.enquiries, name="enquiries"),
    path("enquiries/<int:pk>/answer/", views.answer, name="answer"),
]
