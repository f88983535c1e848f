from django.db import migrations

from trail.guards import install, remove


class Migration(migrations.Migration):
    dependencies = [("trail", "0003_who_read_and_heads")]
    operations = [migrations.RunPython(install, remove)]
