"""The house rules that a linter cannot see. Each test is one rule; its name is the rule."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.urls import URLPattern, get_resolver

from notices.letters import BUILDERS

ROOT = settings.BASE_DIR
APPS = [ROOT / name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()]
MODULES = sorted(
    path for app in APPS for path in app.rglob("*.py") if "migrations" not in path.parts
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
PYTHON = [*MODULES, *TESTS, *sorted((ROOT / "tools").glob("*.py")), ROOT / "manage.py"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
WRITES = {"save", "create", "bulk_create", "get_or_create", "update_or_create", "delete"}

# Who needs no account. Everything else asks who you are.
PUBLIC = {
    "home",
    "trail_heads",
    "trail_heads_data",
    "livez",
    "readyz",
    "healthz",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "accounts:language",
    "meetings:read_feed",
    "register:page",
    "register:contact",
    "register:thanks",
    "register:check",
    "register:check_list",
    "register:api",
    "api:directory",
    "api:openapi",
    "api:person",
    "api:start",
    "api:certificate",
    "api:certificates",
    "api:check_list",
    "api:check_table",
    "api:catalogue",
    "api:catalogued",
    "api:frameworks",
    "api:framework",
    "api:edition",
    "api:statements",
    "api:crosswalk",
    "api:awards",
    "register:certificate",
    "register:certificate_data",
    "directory:index",
    "directory:entry",
    "directory:write",
    "directory:sent",
    "directory:confirm",
    "register:providers",
    "register:provider",
    "register:ask_recognition",
    "register:provider_asked",
    "register:provider_request",
    "certificates:signers",
    "certificates:signer",
    "credentials:did",
    "credentials:achievement",
    "credentials:badge",
    "credentials:status_list",
    "credentials:by_address",
    "credentials:credential",
    "credentials:baked",
    "appeals:complain",
    "appeals:follow",
    "assessments:try_it",
    "assessments:try_area",
    "assessments:try_result",
    "awards:listed",
    "award:badge",
    "award:by_address",
    "award:by_number",
    "award:credential",
    "award:data",
    "award:page",
    "award:scheme",
    "awards:talk",
    "awards:talk_ics",
    "awards:voice",
    "awards:voice_thanks",
    "frameworks:index",
    "frameworks:edition",
    "frameworks:approaches",
}
# Words that wait for the work that will send them.
SENT_LATER = {
    "data_export_ready",
    "account_closed",
}
# Shipped words that are true only the day before; reminders go two days and two hours before
# (docs/adr/0012); a complaint is acknowledged with the page on which it is followed; and people are
# asked for interviews one by one, so that their organisation does not learn whom (docs/adr/0037).
LEFT_UNSENT = {
    "interview_reminder",
    "staff_meeting_reminder",
    "complaint_received",
    "programme_interviews",
}
# The only hooks of other people's signals, each the one way to do its thing.
HOOKS = {"imc_portal/celery.py": {"signals.setup_logging.connect"}}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def each(paths) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=relative)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))


def length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def stemmed(*stems: str) -> list[Path]:
    return [path for path in MODULES if path.stem in stems or path.parent.name in stems]


@each(PYTHON)
def test_a_file_has_at_most_400_lines(path):
    allowed = 800 if path in TESTS else 400  # tables of cases are long, and read from the top

    assert len(path.read_text(encoding="utf-8").splitlines()) <= allowed


@each(MODULES)
def test_a_function_has_at_most_40_lines(path):
    assert [(node.name, length(node)) for node in functions(path) if length(node) > 40] == []


@each(stemmed("views"))
def test_a_view_has_at_most_25_lines(path):
    views = [node for node in functions(path) if not node.name.startswith("_")]
    assert [(node.name, length(node)) for node in views if length(node) > 25] == []


@each(MODULES)
def test_imports_stand_at_the_top(path):
    inline = [
        node.lineno
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inline == []


@each(MODULES)
def test_nothing_steers_by_signals(path):
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"django\.dispatch|db\.models\.signals|core\.signals|@receiver", text) == []
    connected = set(re.findall(r"[\w.]*signals?\.\w+\.connect", text))
    assert connected == HOOKS.get(relative(path), set())


@each(stemmed("views", "forms", "urls", "flow"))
def test_only_services_and_models_write(path):
    imported = {
        alias.asname or alias.name
        for node in tree(path).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.islower()
    }
    written = {
        ast.unparse(node.func)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and ast.unparse(node.func.value) not in imported  # a module of services
    }
    # Plain record editing: a ModelForm saves its own row.
    assert written - {"form.save", "super().save"} == set()


@each(stemmed("services"))
def test_a_service_is_atomic_and_keyword_only_after_its_subject(path):
    for node in tree(path).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        asked = {argument.arg for argument in node.args.kwonlyargs}
        if "by" in asked:
            decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
            assert "transaction.atomic" in decorators, f"{node.lineno} {node.name}"
            assert len(node.args.args) <= 2, f"{node.lineno} {node.name}"
        assert node.args.kwarg is None or node.name == "post", f"{node.lineno} {node.name}"


@each(MODULES)
def test_a_stage_changes_in_move_and_nowhere_else(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            sets_stage = any(keyword.arg == "stage" for keyword in node.keywords)
            if sets_stage and node.func.attr == "update":
                assert relative(path) == "trail/models.py", node.lineno


@each(stemmed("models", "services", "flow"))
def test_the_clock_is_read_where_a_request_or_the_clock_comes_in(path):
    """Services are told the time. The few that cannot be are listed."""
    reads = path.read_text(encoding="utf-8").count("timezone.now()")

    allowed = {
        "notices/services.py": 2,  # a lease runs in real time, whatever moment is drained
    }
    assert reads <= allowed.get(relative(path), 0)


@each(TEMPLATES)
def test_a_template_has_at_most_120_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


@each(TEMPLATES)
def test_a_template_carries_no_code_and_no_style_of_its_own(path):
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text("utf-8"), flags=re.DOTALL)

    assert re.findall(r"\|\s*safe\b|{%\s*autoescape off|\bjavascript:", text) == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", text) == []
    scripts = re.findall(r"<script\b([^>]*)>", text)
    data = r'type="application/(ld\+)?json"'  # read by machines, run by nobody
    assert [s for s in scripts if "src=" not in s and not re.search(data, s)] == []
    if "emails" not in path.parts and "pdf" not in path.parts:
        assert re.findall(r"<style\b|\sstyle\s*=", text) == []


@each(MODULES)
def test_no_text_is_declared_safe_unread(path):
    assert re.findall(r"\bmark_safe\b|\bSafeString\(", path.read_text(encoding="utf-8")) == []


def leaves(patterns, space="", above=frozenset()) -> Iterator[tuple[str, URLPattern, set[str]]]:
    """Every address: its name, its pattern, and the names of its parts."""
    for pattern in patterns:
        parts = above | set(pattern.pattern.converters) | set(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", pattern, parts
        else:
            inside = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from leaves(pattern.url_patterns, inside, parts)


def test_every_page_asks_who_you_are_except_the_listed():
    open_to_all = {
        name
        for name, pattern, _ in leaves(get_resolver().url_patterns)
        if not getattr(pattern.callback, "login_required", True)
        and not name.startswith("admin:")  # asks for itself, at its own door
    }
    assert open_to_all == PUBLIC


def test_every_address_has_a_name():
    unnamed = [name for name, _, _ in leaves(get_resolver().url_patterns) if name.endswith("None")]

    assert [name for name in unnamed if not name.startswith("admin:")] == []


def test_every_app_has_a_folder_of_its_own_and_is_in_the_layers():
    contract = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    layers = re.search(r'depend downwards only".*?layers = \[(.*?)\]', contract, re.DOTALL)[1]

    assert set(re.findall(r"\w+", layers)) == {app.name for app in APPS}


def test_migrations_form_one_line_in_each_app():
    graph = MigrationLoader(None).graph
    ours = {app.name for app in APPS}

    for name in ours & {label for label, _ in graph.nodes}:
        assert len(graph.leaf_nodes(name)) == 1
        assert len({key[1][:4] for key in graph.nodes if key[0] == name}) == sum(
            key[0] == name for key in graph.nodes
        )


def test_migrations_have_names_that_say_what_they_do():
    names = [path.stem for app in APPS for path in (app / "migrations").glob("[0-9]*.py")]

    assert [name for name in names if re.search(r"_auto_|_alter_\w+_and_more$", name)] == []


@each([*PYTHON, *TEMPLATES, ROOT / "run", ROOT / ".ci/run"])
def test_a_file_stands_on_its_own(path):
    """What is left to do is in the issues; nothing outside the repository is read."""
    text = path.read_text(encoding="utf-8")

    if path != Path(__file__):
        assert re.findall(r"\bTODO\b|\bFIXME\b|\bXXX\b", text) == []
        assert re.findall(r"\.\./shared|/work/|\bshared/", text) == []


def test_every_letter_is_written_by_somebody_or_waits_for_its_work():
    kinds = set()
    for name in ("emails.csv", "emails_portal.csv"):
        with (ROOT / "fixtures" / name).open(encoding="utf-8", newline="") as rows:
            kinds |= {row["key"] for row in csv.DictReader(rows)}

    assert kinds - set(BUILDERS) == SENT_LATER | LEFT_UNSENT


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_requirements_are_locked_by_hash_and_name_no_registry(name):
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")

    pinned = re.findall(
        r"(?m)^([a-zA-Z0-9_.-]+)(?:\[[^\]]+\])?==\S+[^\n]*\\\n\s+--hash=sha256:", text
    )
    assert len(pinned) == len(re.findall(r"(?m)^[a-zA-Z0-9]", text)) > 20
    assert re.findall(r"https?://|--index-url|--extra-index|--find-links", text) == []
