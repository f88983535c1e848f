from django.db import migrations

from directory import indexes


class Migration(migrations.Migration):
    """Indexes for names, places, tags and mistyped words, on PostgreSQL."""

    dependencies = [
        ("directory", "0001_who_wants_to_be_found"),
        ("certificates", "0009_renewals_keep_a_certificate_valid"),
    ]

    operations = [migrations.RunPython(indexes.install, indexes.remove)]
