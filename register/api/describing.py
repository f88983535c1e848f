"""The description of the API: written from the code, completed, and put into words for people.

Everything on the page of documentation comes from here, so it says what the code does.
"""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _later

from notices.texts import absolute
from register.api.app import api
from register.api.gate import PREFIX
from register.api.problems import ABOUT as KIND_AT
from register.api.problems import KINDS, MEDIA, Problem

Data = dict[str, Any]
ABOUT = _later(
    "Check certificates, read the catalogue, the frameworks and the programmes that hold an award, "
    "and find mentors who asked to be found. "
    "The API is read-only, asks for no key and sets no cookie."
)
TAGS = {
    "Start": gettext_lazy("Start"),
    "Certificates": gettext_lazy("Certificates"),
    "Catalogue": gettext_lazy("Catalogue"),
    "Frameworks": gettext_lazy("Frameworks"),
    "Programme awards": gettext_lazy("Programme awards"),
    "Directory": gettext_lazy("Directory"),
}
LANGUAGE: Data = {
    "in": "query",
    "name": "language",
    "required": False,
    "description": _later("The language of the answer; without it, that of Accept-Language."),
    "schema": {"type": "string", "enum": ["en", "fr"]},
    "example": "fr",
}
SAID = {"summary", "description"}


# --- The document -----------------------------------------------------------------------------
def document(language: str) -> Data:
    """The OpenAPI description in the language of the reader, in which this is called."""
    return deepcopy(_document(language, settings.SITE_URL))


@lru_cache(maxsize=8)
def _document(_language: str, site: str) -> Data:
    found: Data = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
    found["info"] |= {"title": _(api.title), "description": ABOUT}
    found["servers"] = [{"url": site}]
    found["tags"] = [{"name": name} for name in _tags(found)]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = found["components"]["schemas"]
    schemas |= problem.pop("$defs")
    schemas["Problem"] = problem
    for address, methods in found["paths"].items():
        for method, operation in methods.items():
            _complete(operation, method, address)
    for schema in schemas.values():
        schema.pop("description", None)  # for those who read the code
    return dict(_worded(found))


def _tags(found: Data) -> list[str]:
    used = {
        tag
        for methods in found["paths"].values()
        for one in methods.values()
        for tag in one["tags"]
    }
    return [tag for tag in TAGS if tag in used]


def _complete(operation: Data, method: str, address: str) -> None:
    """What the gate does for all of them."""
    for parameter in operation["parameters"]:
        _plain(parameter)
    operation["parameters"].append(deepcopy(LANGUAGE))
    statuses = [422, 429, *([404] if "{" in address or address.endswith("certificates") else [])]
    if method == "post":
        statuses += [400, 413, 415]
    for status in sorted(statuses):
        title = KINDS[status][1]
        answer: Data = {
            "description": str(title),
            "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        if status == 429:
            answer["headers"] = {
                "Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}
            }
        operation["responses"][str(status)] = answer


def _plain(parameter: Data) -> None:
    """A parameter is there or not; no address can say “null”."""
    schema = parameter["schema"]
    if "anyOf" in schema:
        [real] = [one for one in schema.pop("anyOf") if one.get("type") != "null"]
        schema |= real
    for where in (schema, parameter):
        examples = where.pop("examples", None)
        if examples and where is schema:
            parameter["example"] = examples[0]
    if said := schema.pop("description", None):
        parameter["description"] = said


def _worded(part: Any) -> Any:
    """Every sentence in the language of the reader; the library’s own titles are left out."""
    if isinstance(part, list):
        return [_worded(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _(value) if key in SAID and isinstance(value, str) else _worded(value)
        for key, value in part.items()
        if not (key == "title" and isinstance(value, str) and ("type" in part or "anyOf" in part))
    }


# --- The page ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    where: str
    required: bool
    words: str
    limits: str


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that can be asked."""

    key: str
    method: str
    address: str
    summary: str
    words: str
    curl: str
    answer: str
    parameters: list[Parameter] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str
    calls: list[Call] = field(default_factory=list)


WHERE = {
    "path": gettext_lazy("in the address"),
    "query": gettext_lazy("after the “?”"),
    "body": gettext_lazy("in each row"),
}


def groups(found: Data) -> list[Group]:
    """What can be asked, by topic, in the order of the topics."""
    shown = {tag["name"]: Group(tag["name"].lower().replace(" ", "-"), str(TAGS[tag["name"]]))
             for tag in found["tags"]}  # fmt: skip
    for address, methods in found["paths"].items():
        for method, operation in methods.items():
            call = _call(found, address, method.upper(), operation)
            shown[operation["tags"][0]].calls.append(call)
    return list(shown.values())


def _call(found: Data, address: str, method: str, operation: Data) -> Call:
    return Call(
        key=operation["operationId"],
        method=method,
        address=address,
        summary=operation["summary"],
        words=operation.get("description", ""),
        curl=_curl(found, address, method, operation),
        answer=_shown(found, operation["responses"]["200"]),
        parameters=[*_parameters(operation), *_in_body(found, operation)],
        fields=list(_fields(found, _content(operation["responses"]["200"]))),
    )


def _parameters(operation: Data) -> Iterator[Parameter]:
    """All but the language, which is told once for all."""
    for one in operation["parameters"]:
        if one["name"] != LANGUAGE["name"]:
            yield _parameter(one)


def _in_body(found: Data, operation: Data) -> Iterator[Parameter]:
    """What every row of a list holds."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    row = _resolved(found, body["schema"]["items"]) if body else {}
    for name, schema in row.get("properties", {}).items():
        part = {"name": name, "in": "body", "required": name in row["required"], "schema": schema}
        _plain(part)
        yield _parameter(part)


def _parameter(one: Data) -> Parameter:
    return Parameter(
        name=one["name"],
        where=str(WHERE[one["in"]]),
        required=one["required"],
        words=one.get("description", ""),
        limits=", ".join(_limits(one["schema"])),
    )


def _limits(schema: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in schema:
        yield " | ".join(schema["enum"])
    if schema.get("format") == "date":
        yield "2026-01-31"
    if "maxLength" in schema:
        yield _("at most %(n)s characters") % {"n": schema["maxLength"]}
    if "maximum" in schema and schema["maximum"] < 1000:
        yield _("%(from)s to %(to)s") % {"from": schema["minimum"], "to": schema["maximum"]}
    if schema.get("default") and schema.get("format") != "uuid":
        yield _("without it %(value)s") % {"value": schema["default"]}


def _curl(found: Data, address: str, method: str, operation: Data) -> str:
    """A command that anybody can copy."""
    asked = []
    for one in operation["parameters"]:
        if one["in"] == "path":
            address = address.replace(f"{{{one['name']}}}", str(one.get("example", "")))
        elif one["required"] or one["name"] == "on":
            asked.append(f"  --data-urlencode '{one['name']}={one.get('example', '')}'")
    where = f"'{absolute(address)}'"
    if method == "POST":
        [(media, body)] = operation["requestBody"]["content"].items()
        sent = body.get("example") or json.dumps(_example(found, body["schema"]))
        text = str(sent).rstrip().replace("\r\n", "\n")
        return f"curl {where} \\\n  -H 'Content-Type: {media}' \\\n  --data-binary '{text}'"
    if asked:
        return " \\\n".join([f"curl --get {where}", *asked])
    return f"curl {where}"


def _content(answer: Data) -> Data:
    schema: Data = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _shown(found: Data, answer: Data) -> str:
    if table := answer.get("content", {}).get("text/csv"):
        return str(table["example"]).replace("\r\n", "\n")
    schema = _content(answer)
    return json.dumps(_example(found, schema), indent=2, ensure_ascii=False) if schema else ""


def _resolved(found: Data, schema: Data) -> Data:
    if "$ref" in schema:
        schema = found["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def _fields(found: Data, schema: Data, above: str = "") -> Iterator[tuple[str, str]]:
    """What the fields of an answer are, where their names do not say it."""
    for name, part in _resolved(found, schema).get("properties", {}).items():
        if words := part.get("description"):
            yield f"{above}{name}", words
        if "items" in part:
            yield from _fields(found, part["items"], f"{above}{name}[].")
        else:
            yield from _fields(found, part, f"{above}{name}.")


def _example(found: Data, schema: Data) -> Any:
    schema = _resolved(found, schema)
    if "examples" in schema:
        return schema["examples"][0]
    if "anyOf" in schema:
        return _example(found, schema["anyOf"][0])
    if schema.get("type") == "array":
        return [_example(found, schema["items"])]
    return {name: _example(found, part) for name, part in schema.get("properties", {}).items()}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem, as it is explained on the page."""

    status: int
    key: str
    title: str
    words: str


def kinds() -> list[Kind]:
    return [Kind(status, key, str(title), str(words))
            for status, (key, title, words) in KINDS.items()]  # fmt: skip


def example_problem() -> str:
    """What an answer looks like where something is wrong."""
    key, title, words = KINDS[422]
    said = {
        "type": absolute(KIND_AT.format(key)),
        "title": str(title),
        "status": 422,
        "detail": str(words),
        "errors": [{"detail": _("Write the day as 2026-01-31."), "parameter": "on"}],
    }
    return json.dumps(said, indent=2, ensure_ascii=False)
