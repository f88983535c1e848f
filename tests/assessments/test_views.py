"""The pages of the self-assessment: doors, words, and what posting to them does."""

import re

import pytest
from django.urls import reverse

from applicants import assigning
from applicants.flow import Stage
from applicants.models import Application
from applicants.services import rest
from assessments import services
from assessments.models import Rating, SelfAssessment
from assessments.services import Answer
from notices.models import Message
from tests import make
from tests.assessments.conftest import everything, statements
from trail.models import Event

pytestmark = pytest.mark.django_db
OWN = ["start", "area", "send"]


def url(name, case, *args):
    return reverse(f"assessments:{name}", args=[case.pk, *args])


def own_pages(case):
    return [url("start", case), url("area", case, "M1"), url("send", case)]


def ratings(case):
    codes = {pk: code for code, pk in statements(case).items()}
    return {
        codes[r.statement_id]: (r.concept, r.practice, r.note, r.revision)
        for r in Rating.objects.filter(assessment__application=case)
    }


def test_pages_in_the_making_are_the_applicants_alone(cast, browse):
    on = make.walk(cast, to=Stage.SELF_ASSESSMENT)
    on.rate()

    for other in (cast.eve, cast.noor, cast.ina):
        client = browse(other)
        seen = [client.get(address).status_code for address in own_pages(on.case)]
        sent = [
            client.post(url(name, on.case, *more)).status_code
            for name, *more in (("save",), ("send",), ("reminders",), ("area", "M1"))
        ]
        assert (seen, sent) == ([404] * 3, [404] * 4)


def test_pages_ask_for_a_login(case, client):
    for address in own_pages(case):
        answer = client.get(address)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/login/")


def test_reading_changes_nothing(cast, browse):
    case = make.application(cast)
    client = browse(cast.ada)
    before = (Event.objects.count(), Message.objects.count())

    for address in own_pages(case):
        client.get(address)

    assert SelfAssessment.objects.count() == 0
    assert (Event.objects.count(), Message.objects.count()) == before


def test_start_goes_to_the_first_open_area(case, assessment, ada, at, browse):
    answers = everything(case)
    left = statements(case)["M2.5"]
    services.save(
        assessment, {pk: said for pk, said in answers.items() if pk != left}, by=ada, at=at
    )

    answer = browse(ada).get(url("start", case))

    assert answer.url == url("area", case, "M2")


def test_start_goes_to_the_last_look_when_all_is_rated(case, assessment, ada, at, browse):
    services.save(assessment, everything(case), by=ada, at=at)

    assert browse(ada).get(url("start", case)).url == url("send", case)


def test_start_goes_elsewhere_when_there_is_nothing_to_rate(cast, browse, at):
    sent = make.walk(cast, to=Stage.INTAKE).case
    resting = make.application(cast, slug="2021-recognition")
    rest(resting, at=at)
    client = browse(cast.ada)

    assert client.get(url("start", sent)).url == url("result", sent)
    assert client.get(url("area", sent, "M1")).url == url("result", sent)
    assert client.get(url("send", sent)).url == url("result", sent)
    assert client.get(url("start", resting)).url == reverse("applicants:case", args=[resting.pk])


def test_an_area_that_is_not_asked_is_not_found(case, ada, browse):
    assert browse(ada).get(url("area", case, "J1")).status_code == 404


def test_the_area_page_shows_what_is_asked_and_answered(case, assessment, ada, at, browse):
    codes = statements(case)
    said = {codes["M3.1"]: Answer(3, 2), codes["M3.2"]: Answer(concept=0, note="Hard to say")}
    services.save(assessment, said, by=ada, at=at)

    html = browse(ada).get(url("area", case, "M3")).content.decode()

    checked = re.findall(r'name="([cp])(\d+)" value="(\d)"[^>]* checked', html)
    assert checked == [
        ("c", str(codes["M3.1"]), "3"),
        ("p", str(codes["M3.1"]), "2"),
        ("c", str(codes["M3.2"]), "0"),
    ]
    assert len(re.findall(r'type="radio"', html)) == 8 * 10
    assert "Self-assessment, area 3 of 9" in html
    assert '<b class="num" data-rated>1</b>' in html
    assert "Hard to say</textarea>" in html
    assert 'is-focus" id="M3.2"' in html


def test_a_facet_that_is_not_asked_is_not_shown(cast, browse):
    case = make.application(cast, slug="2021-recognition")

    html = browse(cast.ada).get(url("area", case, "M3")).content.decode()

    concepts, practices = (
        re.findall(r'name="c\d+" value="0"', html),
        re.findall(r'name="p\d+" value="0"', html),
    )
    assert (len(concepts), len(practices)) == (
        case.asked().filter(statement__area__code="M3", facet="concept").count(),
        case.asked().filter(statement__area__code="M3", facet="practice").count(),
    )
    assert len(practices) == 1


def test_a_page_of_an_area_costs_the_same_whatever_is_rated(case, ada, at, browse, queries):
    client = browse(ada)
    client.get(url("area", case, "M3"))

    with queries(8):
        client.get(url("area", case, "M3"))
    services.rate(case, everything(case), by=ada, at=at)
    with queries(8):
        client.get(url("area", case, "M3"))


def test_the_form_of_an_area_saves_and_goes_on(case, ada, browse):
    codes = statements(case)
    data = {f"c{codes['M1.1']}": "3", f"p{codes['M1.1']}": "0", f"r{codes['M1.1']}": "0"}
    data |= {
        f"n{codes['M1.2']}": "  Ask Ina\r\n",
        f"r{codes['M1.2']}": "0",
        f"r{codes['M1.3']}": "0",
    }

    answer = browse(ada).post(url("area", case, "M1"), data)

    assert answer.url == url("area", case, "M2")
    assert ratings(case) == {"M1.1": (3, 0, "", 1), "M1.2": (None, None, "Ask Ina", 1)}


def test_the_last_area_leads_to_the_last_look(case, ada, browse):
    answer = browse(ada).post(url("area", case, "M9"), {})

    assert answer.url == url("send", case)


def test_fields_nobody_asked_for_change_nothing(case, ada, cast, browse, at):
    journey = make.tier("current-journey").requirements.first().statement_id
    pk = statements(case)["M1.1"]
    odd = {
        f"c{pk}": "9",
        f"p{pk}": "<b>",
        f"c{journey}": "4",
        f"c{10**17}": "4",
        "c": "3",
        "stage": "intake",
        "applicant": str(cast.eve.pk),
        "sent_at": "2020-01-01",
        "r1²": "x",
    }

    browse(ada).post(url("save", case), odd)

    case.refresh_from_db()
    assert (case.stage, case.applicant, ratings(case)) == (Stage.SELF_ASSESSMENT, ada, {})


def test_without_javascript_two_windows_show_both_answers(case, ada, at, browse):
    pk = statements(case)["M1.1"]
    services.rate(case, {pk: Answer(concept=2, note="From my phone")}, by=ada, at=at)
    client = browse(ada)

    answer = client.post(
        url("area", case, "M1"), {f"c{pk}": "4", f"n{pk}": "From my desk", f"r{pk}": "0"}
    )

    html = answer.content.decode()
    assert "From my phone" in html
    assert "From my desk</textarea>" in html
    assert f'name="r{pk}" value="1"' in html
    assert ratings(case)["M1.1"] == (2, None, "From my phone", 1)
    client.post(url("area", case, "M1"), {f"c{pk}": "4", f"n{pk}": "From my desk", f"r{pk}": "1"})
    assert ratings(case)["M1.1"] == (4, None, "From my desk", 2)


def test_a_note_that_is_too_long_is_kept_on_the_page(case, ada, browse):
    pk = statements(case)["M1.1"]
    note = "word " * 500

    answer = browse(ada).post(
        url("area", case, "M1"), {f"c{pk}": "1", f"n{pk}": note, f"r{pk}": "0"}
    )

    html = answer.content.decode()
    assert f"{note.strip()}</textarea>" in html
    assert "A note has room for 2000 characters." in html
    assert ratings(case) == {}


def test_the_script_hears_what_was_saved(case, ada, browse, time_machine, at):
    pk = statements(case)["M1.1"]
    client = browse(ada)
    time_machine.move_to(at, tick=False)

    saved = client.post(url("save", case), {f"c{pk}": "3", f"r{pk}": "0"})
    older = client.post(url("save", case), {f"c{pk}": "1", f"r{pk}": "0"}).json()

    assert saved.json() == {
        "said": "Saved at 08:00. You can close this page.",
        "revisions": {str(pk): 1},
        "conflicts": {},
    }
    told = older["conflicts"][str(pk)]
    assert (older["revisions"], told["revision"], told["c"], told["p"]) == ({}, 1, 3, None)
    assert "You gave another answer in another window:" in told["html"]


def test_the_script_hears_that_it_was_sent(cast, browse):
    on = make.walk(cast, to=Stage.INTAKE)
    pk = statements(on.case)["M1.1"]

    answer = browse(cast.ada).post(url("save", on.case), {f"c{pk}": "0", f"r{pk}": "1"})

    assert answer.status_code == 409
    assert answer.json() == {
        "refused": "This self-assessment was sent. It can be read, not changed."
    }


def test_sending_is_refused_with_a_link_to_each_open_statement(case, ada, at, browse):
    answers = everything(case)
    codes = statements(case)
    for code in ("M2.5", "M9.8"):
        answers.pop(codes[code])
    services.rate(case, answers, by=ada, at=at)

    answer = browse(ada).post(url("send", case))

    html = answer.content.decode()
    links = re.findall(r'<li>\s*<a href="([^"]+)"', html.partition('id="open-h"')[2])
    assert "2 statements have no rating yet." in html
    assert links[:2] == [f"{url('area', case, 'M2')}#M2.5", f"{url('area', case, 'M9')}#M9.8"]
    assert Application.objects.get().stage == Stage.SELF_ASSESSMENT


def test_sending_goes_to_the_result(case, ada, at, browse):
    services.rate(case, everything(case), by=ada, at=at)
    client = browse(ada)

    answer = client.post(url("send", case))

    assert answer.url == url("result", case)
    html = client.get(answer.url).content.decode()
    assert "Your baseline" in html
    assert reverse("applicants:book", args=[case.pk]) in html


def test_the_result_opens_to_staff_once_they_have_declared(cast, browse):
    on = make.walk(cast, to=Stage.INTAKE)
    on.book()
    declare = reverse("applicants:declare", args=[on.case.pk])

    before = {
        name: browse(getattr(cast, name)).get(url("result", on.case))
        for name in ("ina", "noor", "aud", "eve")
    }
    assigning.declare(on.case, clear=True, note="", by=cast.ina, at=on.at)
    after = browse(cast.ina).get(url("result", on.case))

    assert [
        (before[name].status_code, before[name].get("Location")) for name in ("ina", "noor")
    ] == [(302, declare)] * 2
    assert [before[name].status_code for name in ("aud", "eve")] == [404, 404]
    assert "Baseline of <bdi>Ada Example</bdi>" in after.content.decode()


def test_the_result_is_nobodys_before_it_is_sent(cast, browse, at):
    on = make.walk(cast, to=Stage.SELF_ASSESSMENT)
    on.rate()
    assigning.declare(on.case, clear=True, note="", by=cast.noor, at=at)

    assert browse(cast.noor).get(url("result", on.case)).status_code == 404
    assert browse(cast.ada).get(url("result", on.case)).url == url("start", on.case)


def test_a_renewal_shows_then_and_now(cast, browse):
    first = make.certified(cast)
    again = make.walk(
        cast,
        to=Stage.SELF_ASSESSMENT,
        at=first.at.replace(year=first.at.year + 2),
        renews=first.certificate,
    )
    again.rate(4)
    assessment = services.start(again.case, by=cast.ada, at=again.at)
    services.send(assessment, by=cast.ada, at=again.at)

    html = browse(cast.ada).get(url("result", again.case)).content.decode()

    row = re.search(r"<td>Keep growing as a mentor</td>(.*?)</tr>", html, re.DOTALL)[1]
    assert re.findall(r'class="n text-nowrap">([^<]*)<br><span class="quiet">([^<]*)<', row) == [
        ("4.0", "before 3.0"),
        ("4.0", "before 3.0"),
    ]
    assert 'class="c-earlier"' in html


def test_pages_speak_the_persons_language_and_mark_what_is_english(case, ada, browse):
    told = {}
    for language in ("fr-ca", "de"):  # nothing is in German
        ada.language = language
        ada.save()
        told[language] = browse(ada).get(url("area", case, "M3")).content.decode()

    assert ">Bien écouter et bien parler</h1>" in told["fr-ca"]
    assert "0 Pas encore" in told["fr-ca"]
    assert '<h1 lang="en">Listen and speak well</h1>' in told["de"]
    marked = {
        language: re.findall(r'<h2 class="stmt-text"[^>]* lang="(\w+)">', html)
        for language, html in told.items()
    }
    assert marked == {"fr-ca": [], "de": ["en"] * 8}


def test_reminders_are_paused_and_come_again(case, ada, browse):
    client = browse(ada)

    client.post(url("reminders", case), {"paused": "yes"})
    paused = Application.objects.get().reminders_paused
    html = client.get(url("area", case, "M1")).content.decode()
    client.post(url("reminders", case), {"paused": "no"})

    assert (paused, Application.objects.get().reminders_paused) == (True, False)
    assert "Reminders are paused." in html


def test_the_interview_shows_the_baseline_with_its_notes(cast, browse, at):
    on = make.walk(cast, to=Stage.SELF_ASSESSMENT)
    answers = everything(on.case)
    answers[statements(on.case)["M3.2"]] = Answer(3, 3, "Rarely <b>at work</b>")
    services.rate(on.case, answers, by=cast.ada, at=at)
    services.send(services.start(on.case, by=cast.ada, at=at), by=cast.ada, at=at)
    on.case.refresh_from_db()
    on.book()

    before = browse(cast.ina).get(url("summary", on.case)).status_code
    assigning.declare(on.case, clear=True, note="", by=cast.ina, at=on.at)
    html = browse(cast.ina).get(url("summary", on.case)).content.decode()

    assert (before, browse(cast.eve).get(url("summary", on.case)).status_code) == (404, 404)
    assert "Rarely &lt;b&gt;at work&lt;/b&gt;" in html
    assert "<html" not in html


def test_a_result_costs_the_same_whatever_is_in_it(cast, browse, queries):
    on = make.walk(cast, to=Stage.INTAKE)
    client = browse(cast.ada)
    client.get(url("result", on.case))

    with queries(10):
        client.get(url("result", on.case))


def test_nothing_offers_to_leave_a_required_statement_out(case, ada, browse):
    client = browse(ada)

    html = client.get(url("area", case, "M1")).content.decode().lower()
    refused = client.post(url("save", case), {f"c{statements(case)['M1.1']}": "n/a"}).json()

    values = set(re.findall(r'type="radio"[^>]* value="([^"]*)"', html))
    assert (values, "not applicable" in html) == ({"0", "1", "2", "3", "4"}, False)
    assert "where one does not fit your context, rate 0 and say so in its note." in html
    assert (refused["revisions"], ratings(case)) == ({}, {})


def test_the_pace_is_a_cookie_that_the_server_draws_by(case, ada, browse):
    client = browse(ada)
    plain = client.get(url("area", case, "M1")).content.decode()
    client.cookies["pace"] = "one"

    chosen = client.get(url("area", case, "M1")).content.decode()

    drawn = re.findall(r'<form [^>]*data-assessment[^>]* data-pace="(\w+)"', plain + chosen)
    assert drawn == ["area", "one"]
