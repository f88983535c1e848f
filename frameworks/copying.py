"""Copying an edition into a draft: areas, statements, translations, and the crosswalk."""

from frameworks.models import Area, AreaText, Crosswalk, Edition, Statement, StatementText


def copy(source: Edition, draft: Edition) -> None:
    areas = {area.pk: area for area in Area.objects.filter(edition=source)}
    for area in areas.values():
        area.pk, area.edition = None, draft
    Area.objects.bulk_create(areas.values())

    statements = {one.pk: one for one in Statement.objects.filter(edition=source)}
    for one in statements.values():
        one.pk, one.edition, one.area = None, draft, areas[one.area_id]
    Statement.objects.bulk_create(statements.values())

    titles = list(AreaText.objects.filter(area__in=areas))
    for title in titles:
        title.pk, title.area = None, areas[title.area_id]
    AreaText.objects.bulk_create(titles)

    texts = list(StatementText.objects.filter(statement__in=statements))
    for text in texts:
        text.pk, text.statement = None, statements[text.statement_id]
    StatementText.objects.bulk_create(texts)

    links = list(Crosswalk.objects.filter(statement__in=statements))
    for link in links:
        link.pk, link.statement = None, statements[link.statement_id]
    answered = list(Crosswalk.objects.filter(indicator__in=statements))
    for link in answered:
        link.pk, link.indicator = None, statements[link.indicator_id]
    Crosswalk.objects.bulk_create([*links, *answered])
