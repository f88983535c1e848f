"""The database refuses to change the words of a published edition."""

from django.db import migrations

from frameworks.guards import install, remove


class Migration(migrations.Migration):
    dependencies = [("frameworks", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
