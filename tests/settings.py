"""Settings for tests: fast passwords, plain static files, mail kept in memory."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "t" * 50)
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="imc-portal-tests-"))

from imc_portal.settings import *  # noqa: F403
from imc_portal.settings import CACHES, DATABASES, STORAGES, TEMPLATES, VAR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SITE_URL = "http://testserver"
CREDENTIAL_HOST = "testserver"
KEYS_FOR_TRYING = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
STATICFILES_DIRS = [Path(__file__).resolve().parent.parent / "static"]
(VAR / "static").mkdir(exist_ok=True)
# A misspelt variable in a template fails the test that renders it.
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = ""
DATABASES["default"].pop("CONN_MAX_AGE", None)
LOGGING = None
