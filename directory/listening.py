"""The directory follows the certificates that are listed, in the same transaction."""

from certificates.registry import listener
from directory.services import follow

listener(follow)
