"""Fixed-window rate limits, counted in the cache that all processes share."""

import hashlib
import time

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from apps.problems import Problem


def limit(action: str, key: str, *, amount: int, seconds: int) -> str:
    """Counts one `action` of `key` (an address, a user); returns the counter, for `give_back`.

    Raises Problem(rate_limited, 429, retry_after=seconds) for more than `amount` in this window of `seconds`.
    """
    now = time.time()
    window = int(now // seconds)
    counter = f"limit:{action}:{hashlib.sha256(key.encode()).hexdigest()}:{window}"
    cache.add(counter, 0, timeout=seconds)
    if cache.incr(counter) > amount:
        retry_after = max(1, round((window + 1) * seconds - now))
        raise Problem(
            "rate_limited", _("Too many attempts. Wait a little."), status=429, retry_after=retry_after
        )
    return counter


def give_back(counter: str) -> None:
    """Takes one count back, where only failures are to be limited."""
    cache.decr(counter)
