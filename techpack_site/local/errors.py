"""The one error of this package: its text tells a person at the terminal what to do."""


class LocalServerError(RuntimeError):
    """A server could not be started or reached."""
