"""One kind of error for all that a user can put right; pages show it, the API sends it (RFC 9457)."""

from django.utils.functional import Promise


class Problem(Exception):  # noqa: N818 - the term of RFC 9457
    """An expected failure.

    code: stable identifier for programs. text: a sentence for people that says what to do.
    status: the HTTP status that fits. extra: further JSON members of the problem document.
    """

    def __init__(self, code: str, text: str | Promise, *, status: int = 422, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.status = status
        self.extra = extra


class NotFound(Problem):
    """The row does not exist for this user; says nothing about whether it exists for others."""

    def __init__(self, code: str, text: str | Promise) -> None:
        super().__init__(code, text, status=404)


class Forbidden(Problem):
    """The user may see the row, but his role does not allow the action."""

    def __init__(self, code: str, text: str | Promise) -> None:
        super().__init__(code, text, status=403)


class Conflict(Problem):
    """The row is in a state, or at a revision, that rules the action out."""

    def __init__(self, code: str, text: str | Promise, **extra: object) -> None:
        super().__init__(code, text, status=409, **extra)
