class HostError(Exception):
    """Something on this machine stands in the way. The message is one sentence for the person at the terminal:
    what happened, where, what to do."""
