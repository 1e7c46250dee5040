"""What stops a release: figures that do not agree with each other."""

from __future__ import annotations

from contracts.errors import HulianError


class ReleaseError(HulianError):
    """The month's files would contradict themselves, so none is handed out."""


class NoticeError(HulianError):
    """A cell that may not be public stands in what was to be published, so nothing is written."""
