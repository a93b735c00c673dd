"""Where documents are kept: files under MEDIA_ROOT, by workspace, named by their own hash.

A file never changes: storing the same bytes twice gives the same key, and other bytes another one.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from credira.core.errors import NotFound


@dataclass(frozen=True)
class StoredDocument:
    """`key` is relative to the workspace's folder: `notices/1f/1f3a….pdf`."""

    key: str
    sha256: str
    size: int


class DocumentDamaged(Exception):
    """The stored bytes are no longer those that were stored."""


def store(workspace_id: UUID, *, folder: str, content: bytes, suffix: str = ".pdf") -> StoredDocument:
    """Keep a document; safe to repeat. Readable by the service's own user alone."""
    sha256 = hashlib.sha256(content).hexdigest()
    key = f"{folder}/{sha256[:2]}/{sha256}{suffix}"
    path = _path(workspace_id, key)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_whole(path, content)
    return StoredDocument(key=key, sha256=sha256, size=len(content))


def load(workspace_id: UUID, key: str) -> bytes:
    """A stored document's bytes. Raises NotFound for a key of no document, DocumentDamaged when the hash differs."""
    path = _path(workspace_id, key)
    if not path.is_file():
        raise NotFound
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != path.stem:
        raise DocumentDamaged(key)
    return content


def _path(workspace_id: UUID, key: str) -> Path:
    root = Path(settings.MEDIA_ROOT) / "documents" / workspace_id.hex
    path = (root / key).resolve()
    if not path.is_relative_to(root.resolve()):
        raise NotFound
    return path


def _write_whole(path: Path, content: bytes) -> None:
    """A reader sees the whole file or none: written beside, then renamed."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)
