from django.db import migrations

from awards import guards


class Migration(migrations.Migration):
    dependencies = [("awards", "0010_kept_files")]
    operations = [migrations.RunPython(guards.install_moves, guards.remove_moves)]
