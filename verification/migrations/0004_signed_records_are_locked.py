from django.db import migrations

from verification.guards import install, remove


class Migration(migrations.Migration):
    dependencies = [("verification", "0003_records_have_revisions_and_addenda")]

    operations = [migrations.RunPython(install, remove)]
