import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import awards.models.printed
from awards import life_guards
from awards.said import say
from certificates.life_guards import Aside
from certificates.numbers import PROGRAMME, new_number
from notices.texts import absolute

# Built anew on SQLite; what guards them is laid aside meanwhile.
aside = Aside('awards_award', 'awards_bid')


def say_what_was_awarded(apps, _editor):
    """Awards of before get a number and their words; papers and credentials are owed by the
    clock."""
    facts = dict(apps.get_model('notices', 'BodyFact').objects.values_list('key', 'value'))
    standards = list(apps.get_model('awards', 'Standard').objects.order_by('position'))
    rows = apps.get_model('awards', 'Award').objects.select_related(
        'programme__organisation', 'decision__bid__scheme', 'decision__sheet__submission'
    )
    for award in rows:
        award.number, award.issued_at = new_number(award.awarded_on, PROGRAMME), award.decision.at
        award.said = say(
            award,
            facts=facts,
            check_url=absolute(f'/a/{award.number}'),
            language='en',
            standards=points(award, standards),
        )
        award.save()


def points(award, standards):
    """What each standard had, as the checked report gave it."""
    given = dict(award.decision.sheet.scores.values_list('criterion__code', 'points'))
    most = award.decision.bid.terms['difference_most']
    refused = set(
        award.decision.sheet.scores.exclude(accepts=True).values_list('criterion__code', flat=True)
    )
    found = []
    for standard in standards:
        rows = [r for r in award.decision.sheet.submission.content if r['standard'] == standard.code]
        counted = [
            min(given[r['code']], most) if r['differs'] and r['code'] in refused else given[r['code']]
            for r in rows
        ]
        found.append(
            {'code': standard.code, 'title': standard.title, 'points': sum(counted),
             'most': sum(r['most'] for r in rows), 'criteria': len(rows)}
        )
    return found


class Migration(migrations.Migration):

    dependencies = [
        ('awards', '0005_judges_stay_apart'),
        ('certificates', '0008_papers_are_signed'),
        ('credentials', '0002_other_things_have_credentials'),
        ('notices', '0003_copies_of_what_left'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(aside.lay, aside.put_back),
        migrations.AddField(
            model_name='award',
            name='credential',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='programme_award', to='credentials.credential'),
        ),
        migrations.AddField('award', 'issued_at', models.DateTimeField(null=True)),
        migrations.AddField('award', 'number', models.CharField(max_length=24, null=True)),
        migrations.AddField(
            model_name='award',
            name='renews',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewed_by', to='awards.award'),
        ),
        migrations.AddField('award', 'said', models.JSONField(null=True)),
        migrations.AddField(
            model_name='award',
            name='stopped_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(say_what_was_awarded, migrations.RunPython.noop),
        migrations.AlterField('award', 'issued_at', models.DateTimeField()),
        migrations.AlterField('award', 'number', models.CharField(max_length=24, unique=True)),
        migrations.AlterField('award', 'said', models.JSONField()),
        migrations.AddField(
            model_name='bid',
            name='renews',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bids_after', to='awards.award'),
        ),
        migrations.CreateModel(
            name='AwardProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(max_length=20)),
                ('stage_since', models.DateTimeField()),
                ('deed', models.CharField(choices=[('suspend', 'Suspend'), ('reinstate', 'Reinstate'), ('reduce', 'Reduce the scope'), ('replace', 'Correct the name'), ('withdraw', 'Withdraw'), ('surrender', 'Give back')], max_length=20)),
                ('reason', models.TextField()),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True)),
                ('award', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='awards.award')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['proposed_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AwardEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('issued', 'Issued'), ('suspended', 'Suspended'), ('reinstated', 'Reinstated'), ('withdrawn', 'Withdrawn'), ('renewed', 'Renewed by a successor')], max_length=20)),
                ('effective_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('award', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='awards.award')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='awards.awardproposal')),
            ],
            options={
                'ordering': ['effective_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Printout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('en', 'English'), ('fr-ca', 'Français')], max_length=5)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(null=True)),
                ('last_error', models.TextField(blank=True)),
                ('drawn_at', models.DateTimeField(null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('kind', models.CharField(choices=[('report', 'Report of the assessors'), ('guide', 'Self-assessment')], max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('file', models.FileField(blank=True, upload_to=awards.models.printed.printout_path)),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='printouts', to='awards.bid')),
                ('sheet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='awards.sheet')),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='AwardPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('en', 'English'), ('fr-ca', 'Français')], max_length=5)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(null=True)),
                ('last_error', models.TextField(blank=True)),
                ('drawn_at', models.DateTimeField(null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('paper', models.CharField(choices=[('a4', 'A4'), ('letter', 'Letter')], max_length=10)),
                ('file', models.FileField(blank=True, upload_to=awards.models.printed.paper_path)),
                ('award', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='awards.award')),
                ('signer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certificates.papersigner')),
            ],
            options={
                'ordering': ['language', 'paper'],
                'indexes': [models.Index(fields=['sha256'], name='award_paper_by_digest')],
                'constraints': [models.UniqueConstraint(fields=('award', 'paper', 'language'), name='one_award_paper_of_a_kind'), models.CheckConstraint(condition=models.Q(models.Q(('drawn_at', None), ('sha256', '')), models.Q(('drawn_at__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='award_paper_has_a_digest_when_drawn')],
            },
        ),
        migrations.AddConstraint(
            model_name='awardproposal',
            constraint=models.CheckConstraint(condition=models.Q(('deed__in', ('suspend', 'reinstate', 'withdraw'))), name='award_deed_is_known'),
        ),
        migrations.AddConstraint(
            model_name='awardproposal',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='award_proposal_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='awardproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('stage', 'waiting')), models.Q(models.Q(('stage', 'waiting'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='award_proposal_is_answered'),
        ),
        migrations.AddConstraint(
            model_name='awardproposal',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ['waiting', 'taken_back']), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='award_proposal_takes_two'),
        ),
        migrations.AddConstraint(
            model_name='awardproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage', 'refused'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='award_proposal_refused_with_reasons'),
        ),
        migrations.AddConstraint(
            model_name='awardproposal',
            constraint=models.UniqueConstraint(condition=models.Q(('stage', 'waiting')), fields=('award',), name='one_waiting_proposal_an_award'),
        ),
        migrations.AddConstraint(
            model_name='awardevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['issued', 'suspended', 'reinstated', 'withdrawn', 'renewed'])), name='award_event_is_known'),
        ),
        migrations.AddConstraint(
            model_name='printout',
            constraint=models.UniqueConstraint(fields=('sheet', 'language'), name='one_printed_report_a_language'),
        ),
        migrations.AddConstraint(
            model_name='printout',
            constraint=models.UniqueConstraint(condition=models.Q(('drawn_at', None), ('kind', 'guide')), fields=('bid', 'language'), name='one_guide_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='printout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'report'), ('sheet__isnull', False)), models.Q(('kind', 'guide'), ('sheet', None)), _connector='OR'), name='a_printed_report_has_its_sheet'),
        ),
        migrations.AddConstraint(
            model_name='printout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('drawn_at', None), ('sha256', '')), models.Q(('drawn_at__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='printout_has_a_digest_when_drawn'),
        ),
        migrations.RunPython(aside.put_back, aside.lay),
        migrations.RunPython(life_guards.install, life_guards.remove),
    ]
