from django.db import migrations

from meetings import guards


class Migration(migrations.Migration):
    """The database refuses to put one person into two meetings at once."""

    dependencies = [("meetings", "0001_initial")]

    operations = [migrations.RunPython(guards.install, guards.remove)]
