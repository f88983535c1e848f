import secrets

from django.db import migrations

from directory.folding import fold
from directory.world import country_code

BASICS = ["name", "place", "country"]


def bring(apps, _editor):
    """Whoever agreed in the wallet to be listed with name, certificate and place stays so."""
    Certificate = apps.get_model("certificates", "Certificate")
    Agreement = apps.get_model("certificates", "Agreement")
    Entry = apps.get_model("directory", "Entry")
    Word = apps.get_model("directory", "Word")
    agreed = Agreement.objects.filter(what="listing", ended_at=None).order_by("-agreed_at")
    for agreement in agreed.select_related("certificate__holder"):
        certificate, person = agreement.certificate, agreement.certificate.holder
        if certificate.visibility != "directory" or Entry.objects.filter(person=person).exists():
            continue
        named = Certificate.objects.filter(
            holder=person, visibility="directory", stopped_at=None
        ).order_by("-issued_at").first() or certificate
        name, country = named.snapshot["holder"], country_code(person.country)
        entry = Entry.objects.create(
            person=person,
            public_id=secrets.token_urlsafe(12),
            name=name,
            place=person.city,
            country=country,
            shows=BASICS,
            listed_since=agreement.agreed_at,
            changed_at=agreement.agreed_at,
            sort_key=f"0 {fold(name)[:240]}",
            folded_name=fold(name)[:240],
            folded_place=fold(person.city)[:240],
            shown_country=country,
        )
        entry.consents.create(
            version=agreement.version,
            words=agreement.words,
            fields=BASICS,
            agreed_at=agreement.agreed_at,
        )
        words = [Word(text=word[:200]) for word in fold(name).split()]
        Word.objects.bulk_create(words, ignore_conflicts=True)


class Migration(migrations.Migration):
    """Listings made in the wallet so far become entries."""

    dependencies = [("directory", "0002_found_quickly")]

    operations = [migrations.RunPython(bring, migrations.RunPython.noop)]
