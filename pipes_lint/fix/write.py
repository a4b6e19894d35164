"""Writes files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from ..files import encoding_of

_MARK = "\ufeff"


class NotWritten(Exception):
    """A file was left as it is; the message says why."""


def write(file: Path, before: str, after: str) -> None:
    """Puts `after` in the place of `before`, which the file must still hold (without its byte order mark).

    The new file is written beside the old one and then takes its name, mode and place behind a link. Raises
    `NotWritten`.
    """
    file = Path(os.path.realpath(file))
    temporary: str | None = None
    try:
        data = file.read_bytes()
        encoding = encoding_of(file.name, data)
        held = data.decode(encoding)
        mark = _MARK if held.startswith(_MARK) else ""
        if held.removeprefix(mark) != before:
            raise NotWritten("it has been changed meanwhile")
        handle, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        with os.fdopen(handle, "wb") as new:
            new.write((mark + after).encode(encoding))
            new.flush()
            os.fsync(new.fileno())
        os.chmod(temporary, os.stat(file).st_mode)
        os.replace(temporary, file)
    except UnicodeError as error:
        raise NotWritten("it cannot be written in its encoding") from error
    except OSError as error:
        raise NotWritten((error.strerror or str(error)).lower()) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)
