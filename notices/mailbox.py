"""Mail for the demo: a row each, so that nothing leaves the machine and everything can be read."""

from collections.abc import Sequence
from email.message import EmailMessage as Part

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from notices.models import Mail


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            html = ""
            if isinstance(message, EmailMultiAlternatives):
                html = next((str(a[0]) for a in message.alternatives if a[1] == "text/html"), "")
            Mail.objects.create(
                to=", ".join(message.recipients()),
                subject=str(message.subject),
                text=str(message.body),
                html=html,
                attachments=[
                    a.get_filename() if isinstance(a, Part) else str(a[0])
                    for a in message.attachments
                ],
            )
        return len(email_messages)
