class HostError(Exception):
    """Something on this machine stands in the way.

    The message is for the person at the terminal: what happened, where, what to do.
    """
