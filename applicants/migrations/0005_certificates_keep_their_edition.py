from django.db import migrations

from applicants.guards import install_edition, remove_edition


def from_their_cases(apps, _editor):
    """Certificates that were issued before know their edition from the case that earned them."""
    certificates = apps.get_model("certificates", "Certificate")
    decisions = apps.get_model("applicants", "Decision").objects.select_related("application")
    for decision in decisions.filter(outcome="grant").iterator():
        edition = decision.application.edition_id
        mine = certificates.objects.filter(decision=decision.reference, edition=None)
        mine.filter(tier=decision.application.tier_id).update(edition=edition)


class Migration(migrations.Migration):
    dependencies = [
        ("applicants", "0004_parts_of_second_auditors"),
        ("certificates", "0005_the_edition_it_was_earned_under"),
    ]
    operations = [
        migrations.RunPython(from_their_cases, migrations.RunPython.noop),
        migrations.RunPython(install_edition, remove_edition),
    ]
