"""Sentences about people, organisations, programmes and certificates: read by those who watch over
the whole body, so one sentence each does for all of them."""

from django.utils.translation import gettext_lazy as _later

from imc_portal.sentences_beside import Words

WHOLE: dict[str, dict[str, Words]] = {
    "awards.bid": {
        "open_bid": _later("%(who)s began the way of a programme to an award."),
        "confirm": _later("%(who)s confirmed a full cycle of the programme."),
        "add_evidence": _later("%(who)s added evidence of a programme."),
        "remove_evidence": _later("%(who)s took evidence of a programme away."),
        "submit": _later("%(who)s sent the evidence of a programme."),
        "submit_in_full": _later("%(who)s sent the adjusted programme in full."),
        "give_part": _later("%(who)s gave somebody a part in assessing a programme."),
        "take_chair": _later("%(who)s took the chair over a programme."),
        "appoint": _later("%(who)s closed the appointment of a programme’s assessors."),
        "declare": _later("%(who)s declared that nothing binds them to a programme."),
        "step_back": _later("%(who)s stepped back from assessing a programme."),
        "finish_sheet": _later("%(who)s finished scoring a programme."),
        "finish_assessing": _later("%(who)s finished assessing a programme."),
        "finish_verifying": _later("%(who)s finished verifying a programme."),
        "report": _later("%(who)s sent a programme its report."),
        "ask_more": _later("%(who)s asked a programme for more."),
        "record_interview": _later("%(who)s recorded an interview about a programme."),
        "close_interviews": _later("%(who)s closed the interviews about a programme."),
        "send_for_check": _later("%(who)s sent a programme’s assessment for the second check."),
        "agree": _later("%(who)s agreed with the assessment of a programme."),
        "return": _later("%(who)s sent the assessment of a programme back."),
        "award": _later("%(who)s awarded a programme."),
        "refuse": _later("%(who)s decided not to award a programme."),
        "withdraw": _later("%(who)s withdrew a programme."),
    },
    "awards.programme": {
        "add_programme": _later("%(who)s added a programme."),
        "describe": _later("%(who)s described a programme."),
        "name_helper": _later("%(who)s named somebody who helps with a programme."),
    },
    "awards.organisation": {
        "found": _later("%(who)s brought an organisation in."),
        "invite": _later("%(who)s invited somebody to an organisation’s team."),
        "take_back_invitation": _later("%(who)s took an invitation back."),
        "join": _later("%(who)s joined an organisation’s team."),
        "leave": _later("%(who)s noted that somebody left an organisation’s team."),
    },
    "applicants.declaration": {
        "declare_year": _later("%(who)s declared for the year what binds them."),
    },
    "applicants.affiliation": {
        "join": _later("%(who)s named an organisation they belong to."),
        "leave": _later("%(who)s noted the end of belonging to an organisation."),
    },
    "applicants.relative": {
        "name_relative": _later("%(who)s named a relative."),
    },
    "applicants.interest": {
        "declare_interest": _later("%(who)s declared an interest."),
    },
    "applicants.teachingrelation": {
        "teach": _later("%(who)s declared teaching."),
        "confirm_teaching": _later("%(who)s confirmed the teaching."),
        "contest_teaching": _later("%(who)s contested the teaching."),
        "uphold_teaching": _later("%(who)s found that the teaching stands."),
        "withdraw_teaching": _later("%(who)s found that there was no teaching."),
        "correct_teaching": _later("%(who)s corrected the teaching from a roster."),
        "end_teaching": _later("%(who)s noted that the teaching ended."),
    },
    "applicants.provider": {
        "take_in_roster": _later("%(who)s took in the roster of a provider."),
    },
    "applicants.partexception": {
        "ask_exception": _later("%(who)s asked for an exception for %(person)s."),
        "allow_exception": _later("%(who)s allowed the exception for %(person)s."),
        "refuse_exception": _later("%(who)s refused the exception for %(person)s."),
    },
    "applicants.threat": {
        "note_threat": _later("%(who)s entered something into the impartiality register."),
        "review_threat": _later("%(who)s looked at an entry of the impartiality register again."),
    },
    "applicants.qualification": {
        "qualify": _later("%(who)s recorded a qualification of %(person)s."),
        "end_qualification": _later("%(who)s ended a qualification of %(person)s."),
    },
    "applicants.competence": {
        "record_competence": _later(
            "%(who)s recorded training or an observed assessment of %(person)s."
        ),
    },
    "certificates.proposal": {
        "propose": _later("%(who)s proposed something about a certificate."),
        "confirm": _later("%(who)s confirmed a proposal about a certificate."),
        "refuse": _later("%(who)s refused a proposal about a certificate."),
        "take_back": _later("%(who)s took a proposal about a certificate back."),
        "make_void": _later("A proposal about a certificate came to nothing: it was given back."),
    },
    "certificates.certificate": {
        "show": _later("%(who)s chose who can see the certificate."),
        "agree": _later("%(who)s agreed to how the certificate is used."),
        "ask_for_name": _later("%(who)s asked to have the name on the certificate corrected."),
        "decline_name": _later("%(who)s declined to correct the name on the certificate."),
        "suspend": _later("%(who)s suspended the certificate."),
        "reinstate": _later("%(who)s reinstated the certificate."),
        "reduce": _later("%(who)s reduced the scope of the certificate."),
        "replace": _later("%(who)s corrected the name on the certificate."),
        "withdraw": _later("%(who)s withdrew the certificate."),
        "surrender": _later("%(who)s gave the certificate back."),
    },
}

# Of these the verb alone says what it is about.
BY_VERB: dict[str, Words] = {
    "grant": _later("%(who)s gave somebody a role."),
    "end_grant": _later("%(who)s ended somebody’s role."),
    "calibrate": _later("%(who)s rated the sample portfolio."),
    "draft_edition": _later("%(who)s drafted an edition of a profile."),
    "discard_edition": _later("%(who)s discarded the draft of an edition."),
    "import_edition": _later("%(who)s imported an edition of a profile."),
    "publish_edition": _later("%(who)s published an edition of a profile."),
    "retire_edition": _later("%(who)s retired an edition of a profile."),
    "remove_area": _later("%(who)s removed an area from a draft."),
    "remove_statement": _later("%(who)s removed a statement from a draft."),
    "set_hours": _later("%(who)s set the hours of their meetings."),
    "set_rules": _later("%(who)s set the rules of their meetings."),
    "open_that_day": _later("%(who)s set other hours for one day."),
    "drop_day_hours": _later("%(who)s took the other hours of one day back."),
    "take_days_off": _later("%(who)s took days off."),
    "work_again": _later("%(who)s works on those days after all."),
    "make_feed": _later("%(who)s made an address for their calendar."),
    "revoke_feed": _later("%(who)s replaced the address of their calendar."),
    "receive": _later("A message reached us."),
    "answer": _later("%(who)s answered a message."),
}
