import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.services import end_grant
from tests import make

pytestmark = pytest.mark.django_db
PROFILE = {
    "full_name": "Ada Obi-Lindqvist",
    "called": "Ada",
    "native_name": "ليلى",
    "pronouns": "she/her",
    "language": "en",
    "time_zone": "Asia/Kathmandu",
    "city": "Kathmandu",
    "country": "Nepal",
    "phone": "+977 1 000 000",
    "support_needs": "Captions",
}


@pytest.fixture
def people_page(client, noor):
    client.force_login(noor)
    return lambda **words: client.get(reverse("accounts:people"), words)


def test_a_person_keeps_their_own_profile(client, ada):
    client.force_login(ada)

    answer = client.post(reverse("accounts:profile"), PROFILE)

    ada.refresh_from_db()
    assert answer.url == reverse("accounts:profile")
    assert {field: getattr(ada, field) for field in PROFILE} == PROFILE


def test_a_profile_changes_nobody_elses_and_nothing_else(client, ada, eve):
    client.force_login(eve)

    client.post(
        reverse("accounts:profile"),
        {**PROFILE, "id": ada.pk, "email": "x@example.org", "is_staff": "1", "is_superuser": "1"},
    )

    ada.refresh_from_db()
    eve.refresh_from_db()
    assert ada.full_name == "Ada Example"
    assert (eve.email, eve.is_staff, eve.is_superuser) == ("eve@example.org", False, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Mars/Olympus"), ("full_name", "A\u200eda"), ("language", "tlh")],
)
def test_a_wrong_profile_is_told_and_kept_on_the_page(client, ada, field, value):
    client.force_login(ada)

    answer = client.post(reverse("accounts:profile"), {**PROFILE, field: value})

    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["city"].value() == "Kathmandu"
    ada.refresh_from_db()
    assert ada.city == ""


def test_pages_show_the_persons_own_time_zone_and_hour(client, ada):
    ada.time_zone = "Asia/Kathmandu"
    ada.save()
    client.force_login(ada)

    page = client.get(reverse("accounts:profile")).content.decode()

    assert page.count('<option value="Asia/Kathmandu" selected>') == 1


@pytest.mark.parametrize("name", ["ada", "ina", "aud", "vera", "dee", "pan", "eve"])
@pytest.mark.parametrize(
    ("method", "url", "args"),
    [
        ("get", "accounts:people", []),
        ("get", "accounts:person", ["eve"]),
        ("post", "accounts:person", ["eve"]),
        ("post", "accounts:end_grant", ["grant"]),
    ],
)
def test_pages_about_people_are_not_there_for_others(client, cast, name, method, url, args):
    client.force_login(getattr(cast, name))
    known = {"eve": cast.eve.pk, "grant": cast.aud.grants.get().pk}

    answer = getattr(client, method)(reverse(url, args=[known[arg] for arg in args]))

    assert answer.status_code == 404


def test_an_administrator_finds_a_person_by_name_or_address(people_page, ada):
    assert list(people_page(q="ada ex").context["people"]) == [ada]
    assert list(people_page(q="ADA@EXAMPLE").context["people"]) == [ada]


def test_without_words_the_page_lists_who_holds_a_role(people_page, cast):
    shown = people_page().context["people"]

    assert list(shown) == [cast.aud, cast.dee, cast.ina, cast.noor, cast.pan, cast.vera]


def test_the_list_of_people_asks_as_much_for_three_as_for_many(
    people_page, ada, django_assert_num_queries
):
    people_page(q="Example")

    with django_assert_num_queries(6):
        people_page(q="Ada")
    with django_assert_num_queries(6):
        people_page(q="Example")


def test_an_administrator_gives_and_ends_a_role(client, noor, eve):
    client.force_login(noor)
    page = reverse("accounts:person", args=[eve.pk])

    given = client.post(page, {"role": "auditor", "starts_on": "2026-01-01", "ends_on": ""})
    held = eve.grants.get()
    ended = client.post(reverse("accounts:end_grant", args=[held.pk]))

    assert (given.url, ended.url) == (page, page)
    held.refresh_from_db()
    assert (held.role, held.given_by, held.ends_on is None) == (Role.AUDITOR, noor, False)
    assert make.User.objects.get(pk=eve.pk).roles == frozenset()


def test_what_an_administrator_typed_is_kept_when_refused(client, noor):
    client.force_login(noor)
    page = reverse("accounts:person", args=[noor.pk])

    answer = client.post(page, {"role": "auditor", "starts_on": "2026-01-01", "ends_on": ""})

    form = answer.context["form"]
    assert form.non_field_errors() == [
        "Nobody gives or ends a role of their own. Ask another administrator."
    ]
    assert form["role"].value() == "auditor"


def test_an_administrator_does_not_end_their_own_role(client, noor):
    client.force_login(noor)

    client.post(reverse("accounts:end_grant", args=[noor.grants.get().pk]))

    assert noor.roles_on(make.NOON.date()) == {Role.ADMINISTRATOR}


def test_a_role_that_ended_while_signed_in_opens_no_page_any_more(client, cast):
    second = make.person("second", Role.ADMINISTRATOR)
    client.force_login(second)
    assert client.get(reverse("accounts:people")).status_code == 200

    end_grant(second.grants.get(), by=cast.noor, at=make.NOON)

    assert client.get(reverse("accounts:people")).status_code == 404


def test_names_are_shown_as_written(client, noor, eve):
    eve.full_name = "<b>Eve</b> & اِوا"
    eve.save()
    client.force_login(noor)

    page = client.get(reverse("accounts:person", args=[eve.pk])).content.decode()

    assert "<b>Eve</b>" not in page
    assert "<bdi>&lt;b&gt;Eve&lt;/b&gt; &amp; اِوا</bdi>" in page


# --- The language -----------------------------------------------------------------------------
def test_visitor_chooses_a_language(client):
    answer = client.post(
        "/people/language/", {"language": "fr-ca", "next": "/about/faq/?names=2021"}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/about/faq/?names=2021")
    assert client.cookies["django_language"].value == "fr-ca"
    assert '<html lang="fr-ca"' in client.get("/about/faq/").content.decode()


def test_choice_of_a_person_is_kept_with_them(client, ada):
    client.force_login(ada)

    client.post("/people/language/", {"language": "fr-ca", "next": "/"})

    ada.refresh_from_db()
    assert ada.language == "fr-ca"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_choosing_a_language_leads_nowhere_else(client, elsewhere):
    answer = client.post("/people/language/", {"language": "fr-ca", "next": elsewhere})

    assert answer["Location"] == "/"


def test_language_we_do_not_speak_changes_nothing(client, ada):
    client.force_login(ada)

    answer = client.post("/people/language/", {"language": "tlh"})

    ada.refresh_from_db()
    assert (answer.status_code, ada.language) == (302, "en")
    assert "django_language" not in client.cookies


def test_language_is_not_chosen_by_looking(client):
    assert client.get("/people/language/").status_code == 405
