"""Why a call over a network was not answered, in words: half of the errors that say it have no text of their own."""

# By name, so that a command that calls nobody need not load an HTTP client.
_WORDS = {
    "ConnectError": "no connection could be made",
    "ReadError": "the connection was closed before an answer was there",
    "WriteError": "the connection was closed before the request was sent",
    "CloseError": "the connection could not be closed",
    "RemoteProtocolError": "the connection was closed before an answer was there, or what came is no HTTP",
    "ConnectTimeout": "no connection was made in time",
    "ReadTimeout": "no answer came in time",
    "WriteTimeout": "the request could not be sent in time",
    "PoolTimeout": "no connection was free in time",
    "TimeoutError": "no answer came in time",
    "ConnectionResetError": "the connection was closed before an answer was there",
    "BrokenPipeError": "the connection was closed before the request was sent",
}


def in_words(error: BaseException) -> str:
    """What an error says, or what its kind means where it says nothing."""
    kind = type(error).__name__
    return str(error).strip() or _WORDS.get(kind, kind)
