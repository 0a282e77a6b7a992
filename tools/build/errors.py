"""The one kind of error that the build shows to people."""


class BuildError(Exception):
    """Something a person can put right; the message says what is wrong and what to do."""
