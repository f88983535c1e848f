from django.db import migrations

from applicants.guards import install, remove


class Migration(migrations.Migration):
    dependencies = [("applicants", "0001_initial"), ("certificates", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
