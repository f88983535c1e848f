"""Who reads what: the public reads what is published, administrators keep editions."""

import io
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from frameworks import editing, services
from frameworks.exporting import as_csv, fingerprint, table
from frameworks.layout import Kind
from frameworks.models import Approach, Area, Edition, Framework, PendingImport, Statement
from frameworks.tables import BYTES
from tests import make
from trail.models import Event

pytestmark = pytest.mark.django_db
HERE = ["mentor", "2027.1"]


def url(name: str, *args: object) -> str:
    return reverse(f"frameworks:{name}", args=args)


def shown(response) -> str:
    assert response.status_code == 200
    return unescape(response.content.decode())


KEPT = [
    ("editions", []),
    ("draft", ["mentor"]),
    ("compare", ["mentor"]),
    ("work", HERE),
    ("publish", HERE),
    ("retire", ["mentor", "2026.1"]),
    ("discard", HERE),
    ("statement", [*HERE, "M1.1"]),
    ("drop_statement", [*HERE, "M1.1"]),
    ("add_statement", HERE),
    ("area", [*HERE, "M1"]),
    ("drop_area", [*HERE, "M1"]),
    ("add_area", HERE),
    ("import", HERE),
    ("export", [*HERE, "statements", "csv"]),
    ("export", ["mentor", "2026.1", "statements", "csv"]),
    ("edition", HERE),
]
POST_ONLY = {"drop_statement", "drop_area", "put_away"}


@pytest.mark.parametrize("who", ["ada", "ina", "aud", "vera", "dee", "pan", "eve"])
def test_to_everybody_but_administrators_there_is_nothing(client, cast, draft, who):
    client.cookies["session"] = make.session_for(getattr(cast, who))
    before = fingerprint(draft)
    found = {}
    for name, args in KEPT:
        for method in (client.get, client.post):
            found[name, method.__name__] = method(url(name, *args)).status_code

    assert {code for key, code in found.items() if key[0] not in POST_ONLY} - {404, 405} == set()
    assert found["drop_statement", "post"] == found["drop_area", "post"] == 404
    assert fingerprint(draft) == before


def test_nobody_signed_in_is_asked_to_sign_in(client, draft):
    for name, args in KEPT:
        if name != "edition":
            assert client.get(url(name, *args)).status_code in {302, 405}, name
    assert client.get(url("edition", *HERE)).status_code == 404


def test_reading_changes_nothing(admin, draft):
    before, events = fingerprint(draft), Event.objects.count()
    for name, args in KEPT:
        assert admin.get(url(name, *args)).status_code == (405 if name in POST_ONLY else 200), name

    assert (fingerprint(draft), Event.objects.count()) == (before, events)
    assert Edition.objects.count() == 4


# --- Public reading ---------------------------------------------------------------------------
def test_everybody_reads_a_published_edition(client, published):
    page = shown(client.get(url("edition", "mentor", "2026.1")))

    one = Statement.objects.get(edition=published, code="M3.2")
    assert 'id="M3.2"' in page
    assert f'<span class="stmt-action">{one.action}</span>' in page
    assert f'<span class="stmt-outcome fw-normal">{one.outcome}</span>' in page
    assert "It awaits the body’s approval" in page
    assert one.concept_prompt not in page


def test_the_centers_framework_is_clearly_another_bodys(client):
    page = shown(client.get(url("edition", "center-competencies", "2026.1")))

    assert "Another body’s framework" in page
    assert "ours are not its accreditation" in page
    assert f'<a href="{url("edition", "mentor", "2026.1")}#M1.1">M1.1</a> answers it' in page
    assert page.count('<article class="stmt"') == 77


def test_our_own_profile_is_nobody_elses(client):
    page = shown(client.get(url("edition", "mentor", "2026.1")))

    assert "Another body’s framework" not in page
    assert f'<a href="{url("edition", "center-competencies", "2026.1")}#C1.1">C1.1</a>' in page


def test_links_lead_to_the_edition_in_force(client, draft, noor):
    services.publish(draft, sample=False, fallback=False, by=noor, at=make.NOON)

    page = shown(client.get(url("edition", "center-competencies", "2026.1")))

    assert f"{url('edition', 'mentor', '2027.1')}#M1.1" in page
    assert f"{url('edition', 'mentor', '2026.1')}#M1.1" not in page
    old = shown(client.get(url("edition", "mentor", "2026.1")))
    assert "New cases start under a later edition." in old


def test_a_reader_of_french_reads_french_and_marked_english(client, ada, draft, noor):
    one = Statement.objects.get(edition=draft, code="M1.2")
    one.texts.all().delete()
    services.publish(draft, sample=False, fallback=True, by=noor, at=make.NOON)
    ada.language = "fr-ca"
    ada.save()
    client.cookies["session"] = make.session_for(ada)

    page = shown(client.get(url("edition", "mentor", "2027.1")))

    said = Statement.objects.get(edition=draft, code="M1.1").texts.get()
    assert said.action in page
    assert 'id="t-M1.1"' in page
    assert 'id="t-M1.1" lang' not in page
    assert 'id="t-M1.2" lang="en"' in page
    assert one.action in page


def test_the_list_shows_what_is_published(client, draft):
    page = shown(client.get(url("index")))

    assert [label in page for label in ("2026.1", "2027.1")] == [True, False]
    assert "International Mentoring Center" in page


def test_reading_asks_the_database_as_often_for_one_as_for_many(client, draft, noor):
    def queries(name, *args) -> int:
        with CaptureQueriesContext(connection) as asked:
            shown(client.get(url(name, *args)))
        return len(asked)

    assert queries("edition", "mentor", "2026.1") == 8
    assert queries("edition", "center-competencies", "2026.1") == 8
    assert queries("edition", "journey", "2026.1") == 8
    assert queries("index") == 2
    assert queries("approaches") == 1
    services.publish(draft, sample=False, fallback=False, by=noor, at=make.NOON)
    assert queries("edition", "mentor", "2027.1") == 8
    assert queries("index") == 2


def test_nine_approaches_are_read_with_a_question_each(client):
    page = shown(client.get(url("approaches")))

    assert page.count("To reflect on") == Approach.objects.count() == 9
    assert page.count("<td>coaching") == 0
    assert "Coaching, Facilitating, Counselling" in page


def test_an_unknown_edition_is_not_there(client):
    assert client.get(url("edition", "mentor", "1999.1")).status_code == 404
    assert client.get(url("edition", "nobody", "2026.1")).status_code == 404


# --- Keeping ----------------------------------------------------------------------------------
def test_a_draft_is_made_from_the_page(admin, published):
    page = shown(admin.get(url("draft", "mentor")))
    answer = admin.post(url("draft", "mentor"), {"label": "2030.1"})
    again = shown(admin.post(url("draft", "mentor"), {"label": "2030.2"}))

    assert "The draft begins as a copy of 2026.1" in page
    assert answer["Location"] == url("work", "mentor", "2030.1")
    assert "Edition 2030.1 is in draft already. Publish or discard it first." in again
    assert 'value="2030.2"' in again


def filled(admin, *args) -> dict[str, object]:
    """The form of a page as a browser sends it back."""
    form = admin.get(url(*args)).context["form"]
    return {field.html_name: field.value() or "" for field in form if field.value()}


@pytest.mark.parametrize(
    ("name", "args", "title"),
    [
        ("statement", [*HERE, "M1.1"], "Statement M1.1"),
        ("add_statement", HERE, "Add a statement"),
        ("area", [*HERE, "M1"], "Area M1"),
        ("add_area", HERE, "Add an area"),
    ],
)
def test_a_page_for_words_says_which(admin, draft, name, args, title):
    page = shown(admin.get(url(name, *args)))

    assert f"<h1>{title}</h1>" in page
    assert f"<title>{title} – " in page


def test_a_statement_is_edited_beside_its_french(admin, draft):
    said = filled(admin, "statement", *HERE, "M1.1")
    said |= {"action": "Write it down", "action_fr": "L’écrire"}

    answer = admin.post(url("statement", *HERE, "M1.1"), said)

    one = Statement.objects.get(edition=draft, code="M1.1")
    assert answer["Location"] == f"{url('work', *HERE)}#M1.1"
    assert (one.action, one.texts.get().action) == ("Write it down", "L’écrire")
    assert Event.objects.about(draft).last().facts == {"code": "M1.1"}


def test_words_that_a_spreadsheet_would_run_are_refused_on_the_page_too(admin, draft):
    said = filled(admin, "statement", *HERE, "M1.1") | {"action": "=1+1", "outcome": "so\u200bthat"}

    page = shown(admin.post(url("statement", *HERE, "M1.1"), said))

    assert "begins with “=”, which a spreadsheet runs as a formula" in page
    assert "has an invisible character (zero width space) after “so”" in page
    assert "=1+1</textarea>" in page


def test_whoever_was_slower_sees_both_and_chooses(admin, draft, noor):
    said = filled(admin, "statement", *HERE, "M1.1") | {"action": "Mine"}
    theirs = filled(admin, "statement", *HERE, "M1.1") | {"action": "Theirs"}
    admin.post(url("statement", *HERE, "M1.1"), theirs)

    answer = admin.post(url("statement", *HERE, "M1.1"), said)
    page = shown(answer)
    assert '<dd lang="en">Theirs</dd>' in page
    assert "Mine</textarea>" in page
    said["seen"] = answer.context["form"]["seen"].value()
    admin.post(url("statement", *HERE, "M1.1"), said)

    assert Statement.objects.get(edition=draft, code="M1.1").action == "Mine"


def test_a_statement_is_added_and_removed(admin, draft):
    said = filled(admin, "add_statement", *HERE) | {
        "code": "M1.9",
        "area": "M1",
        "after": "M1.8",
        "action": "Read widely",
        "outcome": "so that you know",
    }
    admin.post(url("add_statement", *HERE), said)
    one = Statement.objects.get(edition=draft, code="M1.9")
    assert one.position == 9

    admin.post(url("drop_statement", *HERE, "M1.9"), {"seen": "stale"})
    assert Statement.objects.filter(pk=one.pk).exists()
    admin.post(url("drop_statement", *HERE, "M1.9"), {"seen": editing.version(one)})
    assert not Statement.objects.filter(pk=one.pk).exists()


def test_an_area_is_added_edited_and_removed(admin, draft):
    admin.post(url("add_area", *HERE), {"code": "M10", "title": "Joy", "title_fr": "Joie"})
    said = filled(admin, "area", *HERE, "M10") | {"title": "Play"}
    admin.post(url("area", *HERE, "M10"), said)
    one = Area.objects.get(edition=draft, code="M10")
    assert (one.title, one.texts.get().title, one.position) == ("Play", "Joie", 10)

    page = shown(admin.post(url("area", *HERE, "M10"), said | {"code": "M1"}))
    assert "Somebody changed this meanwhile" in page
    admin.post(url("drop_area", *HERE, "M1"), {"seen": ""})
    assert Area.objects.filter(edition=draft, code="M1").exists()
    admin.post(url("drop_area", *HERE, "M10"), {"seen": editing.version(one)})
    assert not Area.objects.filter(edition=draft, code="M10").exists()


def upload(admin, kind, content, name="table.csv", **follow):
    file = SimpleUploadedFile(name, content)
    return admin.post(url("import", *HERE), {"kind": kind, "file": file}, **follow)


def test_a_faulty_table_is_answered_fault_by_fault(admin, draft):
    before = fingerprint(draft)
    columns, rows = table(draft, Kind.STATEMENTS)
    rows[0][3], rows[4][0] = "", "M1.1"

    page = shown(upload(admin, Kind.STATEMENTS, as_csv(columns, rows)))

    assert "table.csv has 2 faults" in page
    assert [text in page for text in ("is empty", "“M1.1” stands in row 2 already")] == [True, True]
    assert (fingerprint(draft), PendingImport.objects.count()) == (before, 0)


def test_a_clean_table_is_looked_at_and_then_taken_in(admin, draft):
    before = fingerprint(draft)
    columns, rows = table(draft, Kind.STATEMENTS)
    rows[0][3] = rows[0][3].replace("learning plan", "growth plan")
    dropped = rows.pop()[0]

    answer = upload(admin, Kind.STATEMENTS, as_csv(columns, rows))
    page = shown(admin.get(answer["Location"]))

    assert "0 added, 1 removed, 1 reworded, 0 moved, 70 as they were." in page
    assert [text in page for text in ("<ins>", "[added: ", dropped)] == [True] * 3
    assert fingerprint(draft) == before
    taken = admin.post(answer["Location"])
    assert taken["Location"] == url("work", *HERE)
    assert "growth plan" in Statement.objects.get(edition=draft, code="M1.1").action
    assert admin.post(answer["Location"]).status_code == 404


def test_a_table_can_be_put_away(admin, draft):
    columns, rows = table(draft, Kind.AREAS)
    answer = upload(admin, Kind.AREAS, as_csv(columns, rows))
    pending = PendingImport.objects.get()
    assert "A table waits for your word" in shown(admin.get(url("work", *HERE)))

    admin.post(url("put_away", *HERE, pending.pk))

    assert not PendingImport.objects.exists()
    assert admin.get(answer["Location"]).status_code == 404


def test_another_administrators_table_is_theirs(admin, draft, client):
    columns, rows = table(draft, Kind.AREAS)
    answer = upload(admin, Kind.AREAS, as_csv(columns, rows))
    other = make.person("otto", Role.ADMINISTRATOR)
    client.cookies["session"] = make.session_for(other)

    assert client.get(answer["Location"]).status_code == 404
    assert client.post(answer["Location"]).status_code == 404


def test_a_table_meets_a_draft_that_changed(admin, draft):
    columns, rows = table(draft, Kind.AREAS)
    answer = upload(admin, Kind.AREAS, as_csv(columns, rows))
    Area.objects.filter(edition=draft, code="M1").update(title="Other")

    page = shown(admin.post(answer["Location"], follow=True))

    assert "The draft changed since you sent this table." in page


def test_a_form_without_a_file_says_so(admin, draft):
    page = shown(admin.post(url("import", *HERE), {"kind": "statements"}))

    assert "This field is required." in page


def test_exports_are_typed_and_inert(admin, draft):
    Statement.objects.filter(edition=draft, code="M1.1").update(action="=cmd|' /C calc'!A0")

    as_text = admin.get(url("export", *HERE, "statements", "csv"))
    as_book = admin.get(url("export", *HERE, "statements", "xlsx"))

    assert as_text["Content-Disposition"] == ('attachment; filename="mentor-2027.1-statements.csv"')
    assert b"\nM1.1,M1,Continuous development,'=cmd|" in as_text.content
    cell = load_workbook(io.BytesIO(as_book.content)).active["D2"]
    assert (cell.data_type, cell.number_format) == ("s", "@")
    assert cell.value.startswith("'=cmd")
    for kind, ending in (("statements", "pdf"), ("nothing", "csv")):
        assert admin.get(url("export", *HERE, kind, ending)).status_code == 404


def test_two_editions_are_compared_word_by_word(admin, draft):
    one = Statement.objects.get(edition=draft, code="M1.1")
    Statement.objects.filter(pk=one.pk).update(action=one.action.replace("update", "renew"))

    page = shown(admin.get(url("compare", "mentor")))

    assert "From 2026.1 to 2027.1" in page
    assert (
        '<del><span class="visually-hidden">[removed: </span>update'
        '<span class="visually-hidden">]</span></del>'
        '<ins><span class="visually-hidden">[added: </span>renew'
        '<span class="visually-hidden">]</span></ins>'
    ) in page
    bare = shown(admin.get(url("compare", "mentor"), {"old": "nothing"}))
    assert "Choose two editions." in bare


def test_publishing_asks_what_the_edition_is(admin, draft):
    page = shown(admin.get(url("publish", *HERE)))
    refused = shown(admin.post(url("publish", *HERE), {}))
    answer = admin.post(url("publish", *HERE), {"standing": "approved"})

    assert "Running cases keep 2026.1" in page
    assert "Say whether it is approved or a sample." in refused
    assert answer["Location"] == url("edition", *HERE)
    edition = Edition.objects.get(pk=draft.pk)
    assert (edition.sample, edition.published_at is None) == (False, False)


def test_publishing_waits_for_what_is_needed_and_names_what_to_know(admin, draft):
    one = Statement.objects.get(edition=draft, code="M2.1")
    one.texts.all().delete()
    page = shown(admin.post(url("publish", *HERE), {"standing": "sample"}))
    assert "Without French: M2.1." in page
    assert "Say that English is shown there, or add it." in page

    Statement.objects.filter(pk=one.pk).update(outcome="")
    page = shown(admin.get(url("publish", *HERE)))

    assert "M2.1 needs an action and an outcome." in page
    assert "Publish 2027.1 for good" not in page


def test_retiring_says_what_new_cases_get(admin, draft, noor, published):
    refused = shown(admin.post(url("retire", "mentor", "2026.1")))
    services.publish(draft, sample=False, fallback=False, by=noor, at=make.NOON)
    page = shown(admin.get(url("retire", "mentor", "2026.1")))

    answer = admin.post(url("retire", "mentor", "2026.1"))

    assert "Publish another edition first" in refused
    assert "New cases start under 2027.1." in page
    assert answer["Location"] == url("editions")
    assert admin.get(url("retire", "mentor", "2026.1")).status_code == 404
    read = shown(admin.get(url("edition", "mentor", "2026.1")))
    assert "Cases that were begun under it keep it." in read


def test_a_draft_is_discarded_from_its_page(admin, draft):
    answer = admin.post(url("discard", *HERE))

    assert answer["Location"] == url("editions")
    assert not Edition.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize(
    ("kind", "place", "told"),
    [
        (Kind.AREAS, (0, 2), "Title"),
        (Kind.AREAS_FR, (0, 1), "Title in French"),
        (Kind.STATEMENTS_FR, (0, 1), "Action in French"),
    ],
)
def test_every_kind_of_table_shows_what_it_would_change(admin, draft, kind, place, told):
    columns, rows = table(draft, kind)
    rows[place[0]][place[1]] += " anew"
    content = as_csv(columns, rows)

    page = shown(upload(admin, kind, content, follow=True))
    admin.post(url("review", *HERE, PendingImport.objects.get().pk))

    assert "0 added, 0 removed, 1 reworded, 0 moved" in page
    assert told in page
    assert as_csv(*table(draft, kind)) == content


def test_a_profile_that_no_certificate_asks_parts_of_has_no_such_boxes(admin, noor):
    journey = Framework.objects.get(key="journey")
    services.draft(journey, label="2027.1", by=noor, at=make.NOON)

    page = shown(admin.get(url("statement", "journey", "2027.1", "J1.1")))

    assert "Certificates that ask for the whole profile ask for it too." in page
    assert "Asked for by" not in page


def test_what_cannot_be_saved_is_kept_and_explained(admin, draft):
    said = filled(admin, "statement", *HERE, "M1.1") | {"code": "M1.2", "action": "Mine"}
    area = filled(admin, "area", *HERE, "M1") | {"code": "M2"}

    page = shown(admin.post(url("statement", *HERE, "M1.1"), said))
    other = shown(admin.post(url("area", *HERE, "M1"), area))

    assert "Another statement has the code M1.2." in page
    assert "Mine</textarea>" in page
    assert "Another area has the code M2." in other


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(admin, draft):
    page = shown(upload(admin, Kind.AREAS, b"x" * (BYTES + 1)))

    assert "The file is larger than 5 MB. No edition is that long." in page


# --- The ways that lead here ------------------------------------------------------------------


def links(client, name, *args):
    page = shown(client.get(reverse(name, args=args)))
    return {url for url in re.findall(r'href="([^"#?]+)', page) if url.startswith("/frameworks/")}


@pytest.mark.parametrize(
    ("name", "args"),
    [("register:page", ["how-it-works"]), ("register:page", ["certificates"])],
)
def test_public_pages_lead_to_what_is_read_before(client, db, name, args):
    assert links(client, name, *args) == {url("index"), url("approaches")}


def test_every_page_leads_to_the_profiles_from_its_foot(client, db):
    assert links(client, "register:page", "privacy") == {url("index")}


def test_whoever_chooses_finds_profile_and_approaches(client, ada, published):
    client.cookies["session"] = make.session_for(ada)

    assert links(client, "applicants:choose") == {url("index"), url("approaches")}
    assert links(client, "applicants:begin", "current-practice") == {
        url("index"),
        url("approaches"),
        url("edition", "mentor", "2026.1"),
    }


def test_administrators_get_from_their_home_to_the_editions(admin, draft, client, ina):
    assert links(admin, "home") == {url("index"), url("editions"), url("work", *HERE)}
    catalogue = links(admin, "certificates:catalogue")
    assert {url("editions"), url("edition", "journey", "2026.1")} <= catalogue
    assert url("edition", *HERE) not in catalogue

    client.cookies["session"] = make.session_for(ina)
    assert links(client, "home") == {url("index")}
    assert url("editions") not in links(client, "certificates:catalogue")


def test_an_edition_is_published_on_the_bodys_day_for_every_reader(client, ada, published):
    ada.time_zone = "Pacific/Honolulu"  # the evening before
    ada.save()
    client.cookies["session"] = make.session_for(ada)

    assert "1 January 2021" in shown(client.get(url("index")))
    assert "Published on 1 January 2021." in shown(client.get(url("edition", "mentor", "2026.1")))
