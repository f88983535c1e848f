"""Pages that are written from the code say what the code says."""

from pathlib import Path

from imc_portal.management.commands.flows import PAGE, page

ROOT = Path(__file__).resolve().parent.parent


def test_the_page_of_flows_is_current():
    assert PAGE.read_text() == page(), "run ./run manage flows --write"


def test_pictures_in_the_readme_exist():
    readme = (ROOT / "README.md").read_text()
    pictures = [part.split(")")[0] for part in readme.split("](docs/")[1:]]

    assert [p for p in pictures if not (ROOT / "docs" / p).exists()] == []
