"""What a status looks like: the kind of its tag, and its drawing."""

from certificates.status import Status

TAGS = {
    Status.VALID: ("ok", "check"),
    Status.NO_END: ("ok", "check"),
    Status.NOT_YET: ("off", "clock"),
    Status.LAPSED: ("off", "clock"),
    Status.RENEWED: ("off", "info"),
    Status.REPLACED: ("off", "info"),
    Status.REDUCED: ("off", "info"),
    Status.SUSPENDED: ("stop", "pause"),
    Status.ON_HOLD: ("stop", "pause"),
    Status.WITHDRAWN: ("stop", "stop"),
    Status.SURRENDERED: ("off", "stop"),
}
