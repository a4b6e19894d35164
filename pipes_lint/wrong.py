"""What is the user's to mend. Imports nothing, since a wrong call should be answered at once."""


class WrongCall(Exception):
    """The call or the configuration is wrong: the message is one line for the user, and the exit code is 2."""
