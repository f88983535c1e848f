from django.db import migrations

from awards import guards


class Migration(migrations.Migration):
    dependencies = [("awards", "0004_bids")]

    operations = [migrations.RunPython(guards.install, guards.remove)]
