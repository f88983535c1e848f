import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from certificates.life_guards import Aside, install, remove

# Both are built anew on SQLite; the triggers on them belong to apps that may have come before.
aside = Aside('certificates_certificate', 'certificates_certificateevent')


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0005_the_edition_it_was_earned_under'),
        ('frameworks', '0004_reflections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(aside.lay, aside.put_back),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(max_length=20)),
                ('stage_since', models.DateTimeField()),
                ('deed', models.CharField(choices=[('suspend', 'Suspend'), ('reinstate', 'Reinstate'), ('reduce', 'Reduce the scope'), ('replace', 'Correct the name'), ('withdraw', 'Withdraw'), ('surrender', 'Give back')], max_length=20)),
                ('reason', models.TextField()),
                ('name', models.CharField(blank=True, max_length=200)),
                ('without', models.JSONField(default=list)),
                ('nested', models.BooleanField(default=False)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['proposed_at', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='certificate',
            name='one_certificate_a_decision',
        ),
        migrations.RemoveConstraint(
            model_name='certificateevent',
            name='certificate_event_is_known',
        ),
        migrations.AddField(
            model_name='certificate',
            name='replaces',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='certificates.certificate'),
        ),
        migrations.AlterField(
            model_name='certificateevent',
            name='kind',
            field=models.CharField(choices=[('issued', 'Issued'), ('suspended', 'Suspended'), ('reinstated', 'Reinstated'), ('withdrawn', 'Withdrawn'), ('surrendered', 'Given back by the holder'), ('replaced', 'Replaced by a corrected one'), ('reduced', 'Replaced by one with a smaller scope'), ('renewed', 'Renewed by a successor'), ('base_stopped', 'The certificate it rests on was stopped'), ('base_back', 'The certificate it rests on holds again')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces', None)), fields=('decision', 'tier'), name='one_certificate_a_decision'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('renews', None), ('replaces', None), _connector='OR'), name='certificate_renews_or_replaces'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='certificate',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='certificates.certificate'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='proposal',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='certificateevent',
            name='proposal',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='certificates.proposal'),
        ),
        migrations.AddConstraint(
            model_name='certificateevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['issued', 'suspended', 'reinstated', 'withdrawn', 'surrendered', 'replaced', 'reduced', 'renewed', 'base_stopped', 'base_back'])), name='certificate_event_is_known'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('deed__in', ('suspend', 'reinstate', 'reduce', 'replace', 'withdraw'))), name='proposal_deed_is_known'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ['waiting', 'confirmed', 'refused', 'taken_back', 'void'])), name='proposal_stage_is_known'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='proposal_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('stage', 'waiting')), models.Q(models.Q(('stage', 'waiting'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='proposal_is_answered_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ['waiting', 'taken_back']), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='proposal_takes_two_people'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage', 'refused'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='proposal_refused_with_reasons'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(condition=models.Q(('stage', 'waiting')), fields=('certificate',), name='one_waiting_proposal_a_certificate'),
        ),
        migrations.RunPython(aside.put_back, aside.lay),
        migrations.RunPython(install, remove),
    ]
