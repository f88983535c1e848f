"""The database refuses to change what a published edition asks for."""

from django.db import migrations

from certificates.guards import install, remove


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0002_a_tier_speaks_french"),
        # That one builds the tables anew on SQLite, and would stumble over triggers that name them.
        ("frameworks", "0003_editions_are_drafted_and_imported"),
    ]

    operations = [migrations.RunPython(install, remove)]
