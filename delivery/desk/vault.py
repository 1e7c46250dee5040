"""Personal texts at rest: sealed with Fernet under the desk's own key, which lies outside of the desk and of its backups.

The key is in HULIAN_DESK_KEY (several, separated by commas, the one in use first), in the file that HULIAN_DESK_KEY_FILE names, or in
`desk.key` beside a SQLite desk, which is made when something is sealed for the first time. Older keys still open what they have sealed.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy.engine import URL

from contracts.errors import HulianError

KEY, KEY_FILE = "HULIAN_DESK_KEY", "HULIAN_DESK_KEY_FILE"
DEFAULT_FILE = "desk.key"


@dataclass(frozen=True)
class Vault:
    """Seals and opens texts. `path` is the key file, unless the keys stand in the environment; nothing is read before it is needed."""

    path: Path | None

    @classmethod
    def of(cls, address: URL) -> Vault:
        """The vault of the desk at `address`."""
        if os.environ.get(KEY):
            return cls(None)
        if named := os.environ.get(KEY_FILE):
            return cls(Path(named))
        is_file = address.get_backend_name() == "sqlite" and address.database not in {None, "", ":memory:"}
        return cls(Path(str(address.database)).with_name(DEFAULT_FILE) if is_file else None)

    @cached_property
    def _fernet(self) -> MultiFernet:
        keys = self._keys()
        if not keys:
            raise HulianError(f"The desk has no key to seal personal texts with. Set {KEY} or {KEY_FILE}.")
        try:
            return MultiFernet([Fernet(key) for key in keys])
        except ValueError as broken:
            raise HulianError(f"The desk's key ({self.path or KEY}) is none: 32 bytes in URL-safe base64 are expected.") from broken

    def _keys(self) -> list[str]:
        """The keys, the one in use first; the file is made when it is missing."""
        if self.path is None:
            return os.environ.get(KEY, "").replace(",", " ").split()
        if not self.path.exists():
            _write(self.path, [Fernet.generate_key().decode()], replace=False)
        return self.path.read_text(encoding="ascii").split()

    def seal(self, texts: Mapping[str, str | None]) -> str | None:
        """`texts` under the key in use; none where there is nothing in them."""
        said = {name: text for name, text in texts.items() if text}
        return self._fernet.encrypt(json.dumps(said, ensure_ascii=False).encode()).decode() if said else None

    def open(self, sealed: str | None) -> dict[str, str]:
        """What was sealed. Raises `HulianError` where none of the keys fits."""
        if not sealed:
            return {}
        try:
            opened: dict[str, str] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as wrong:
            raise HulianError(
                f"The desk's key does not open what is on it. Put the key back that it was sealed with ({KEY}, {KEY_FILE})."
            ) from wrong
        return opened

    def reseal(self, sealed: str) -> str:
        """The same under the key in use."""
        return self._fernet.rotate(sealed).decode()

    def with_new_key(self) -> Vault:
        """The vault with another key in use, and those from before behind it. Keys of the environment are renewed there."""
        if self.path is not None:
            _write(self.path, [Fernet.generate_key().decode(), *self._keys()])
        return Vault(self.path)

    def forget_old_keys(self) -> None:
        """Leave only the key in use in the key file; backups from before can then no longer be read."""
        if self.path is not None:
            _write(self.path, self._keys()[:1])


def _write(path: Path, keys: list[str], *, replace: bool = True) -> None:
    """Put `keys` in the key file, whole or not at all. Without `replace` the file of somebody quicker stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    if replace:
        beside.replace(path)
        return
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(beside)
    beside.unlink()
