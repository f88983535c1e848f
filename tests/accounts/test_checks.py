import pytest
from django.core.checks import Error

from accounts.checks import demo_stays_at_home
from accounts.names import ValidationError, plain_name, visible


@pytest.mark.parametrize("switch", ["DEMO", "DEBUG"])
@pytest.mark.parametrize(
    ("hosts", "site", "refused"),
    [
        (["localhost", "127.0.0.1", "[::1]"], "http://localhost:8000", False),
        (["localhost", "portal.example.org"], "http://localhost:8000", True),
        (["*"], "http://localhost:8000", True),
        ([".localhost.example"], "http://localhost", True),
        (["localhost"], "https://portal.example.org", True),
    ],
)
def test_the_demo_stays_on_this_machine(settings, switch, hosts, site, refused):
    settings.DEMO = settings.DEBUG = False
    setattr(settings, switch, True)
    settings.ALLOWED_HOSTS, settings.SITE_URL = hosts, site

    found = demo_stays_at_home()

    assert [type(message) for message in found] == [Error] * refused


def test_a_public_host_is_fine_without_the_demo(settings):
    settings.DEMO = settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["portal.example.org"]

    assert demo_stays_at_home() == []


@pytest.mark.parametrize(
    "name",
    ["山田 花子", "Ọlúfúnmiláyọ̀ Adébáyọ̀", "می‌خواهم", "Sinéad Nic Giolla Rua", "O’Brien-Þórsson"],
)
def test_names_of_every_script_are_taken(name):
    plain_name(name)


@pytest.mark.parametrize(
    "code", [0x00, 0x0A, 0x0D, 0x1B, 0x200B, 0x200E, 0x202E, 0x2028, 0x2066, 0xFEFF]
)
def test_names_carry_nothing_invisible(code):
    with pytest.raises(ValidationError):
        plain_name(f"A{chr(code)}da")


def test_what_nobody_sees_is_not_shown_again():
    assert visible("I\0M\u202eC\x7f-1\n") == "IMC-1"
    assert visible("علی\u200cرضا 王") == "علی\u200cرضا 王"
