"""What is said of an error that the user of a command has made, or met."""

INTERRUPTED = 130
"""What a shell makes of a program that Ctrl-C has ended."""


def sentence(error: OSError | ValueError) -> str:
    """What went wrong with which file, without the system's number for it."""
    if isinstance(error, OSError) and error.strerror:
        told = error.strerror[0].lower() + error.strerror[1:]
        return told if error.filename is None else f"{error.filename}: {told}"
    return str(error)
