from appeals.models.appeal import Appeal, AppealQuerySet, Ground
from appeals.models.complaint import Complaint, ComplaintQuerySet, Subject
from appeals.models.matter import Matter
from appeals.models.panel import Note, Reader, Seat, Vote

__all__ = [
    "Appeal",
    "AppealQuerySet",
    "Complaint",
    "ComplaintQuerySet",
    "Ground",
    "Matter",
    "Note",
    "Reader",
    "Seat",
    "Subject",
    "Vote",
]
