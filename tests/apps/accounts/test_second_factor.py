"""Second factors: their secrets are kept encrypted, also over a change of the site's key."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import InvalidToken

from apps.accounts.adapter import MfaAdapter
from tests.apps.people import a_person


@pytest.mark.django_db
def test_the_database_does_not_hold_the_secret() -> None:
    user, secret = a_person(), generate_totp_secret()
    TOTP.activate(user, secret)
    kept = Authenticator.objects.get(user=user).data["secret"]
    assert secret not in kept
    assert MfaAdapter().decrypt(kept) == secret


def test_an_older_key_still_decrypts_and_a_foreign_one_does_not(settings: Any) -> None:
    kept = MfaAdapter().encrypt("JBSWY3DP")
    older, settings.SECRET_KEY = settings.SECRET_KEY, "a new key"
    with pytest.raises(InvalidToken):
        MfaAdapter().decrypt(kept)
    settings.SECRET_KEY_FALLBACKS = [older]
    assert MfaAdapter().decrypt(kept) == "JBSWY3DP"
