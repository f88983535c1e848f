from django.db import migrations

from appeals.guards import install, remove


def begin_again(apps, _editor):
    """Appeals used to lie with one panel chair from the first day: they are acknowledged first."""
    apps.get_model("appeals", "Appeal").objects.filter(stage="panel").update(stage="received")


class Migration(migrations.Migration):
    dependencies = [
        ("appeals", "0002_panels_and_complaints"),
        ("applicants", "0010_decisions_ask_for_more"),
    ]
    operations = [
        migrations.RunPython(begin_again, migrations.RunPython.noop),
        migrations.RunPython(install, remove),
    ]
