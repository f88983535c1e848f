from django.db import migrations

from awards import voice_guards


class Migration(migrations.Migration):
    dependencies = [("awards", "0007_survey")]

    operations = [migrations.RunPython(voice_guards.install, voice_guards.remove)]
