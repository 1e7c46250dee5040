"""What stops a release: figures that do not agree with each other, files that are not those of the manifest, a rule of releasing."""

from __future__ import annotations

from contracts.errors import HulianError


class ReleaseError(HulianError):
    """Nothing is handed out: the files would contradict themselves or their manifest, or nobody may release them like this."""


class NoticeError(HulianError):
    """A cell that may not be public stands in what was to be published, so nothing is written."""
