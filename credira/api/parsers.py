"""Reading bodies: JSON exactly, and files on the few views that take them."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils.datastructures import MultiValueDict
from rest_framework.parsers import BaseParser

from credira.core.errors import InvalidRequest, TooLarge
from credira.core.json import InvalidJson, loads

_CHUNK = 65_536


class ExactJSONParser(BaseParser):
    """JSON by ``credira.core.json``: Decimals, no NaN, no key twice. An empty body is an empty object."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        raw = stream.read(settings.JSON_MAX_BYTES + 1)
        if len(raw) > settings.JSON_MAX_BYTES:
            raise TooLarge(f"A JSON body may have {settings.JSON_MAX_BYTES} bytes.")
        if not raw.strip():
            return {}
        try:
            return loads(raw)
        except InvalidJson as error:
            raise InvalidRequest(str(error)) from error


class CsvParser(BaseParser):
    """A body that is the file itself; the view finds it as ``file``, as if it had come in a form."""

    media_type = "text/csv"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        assert parser_context is not None
        file = TemporaryUploadedFile("upload.csv", self.media_type, 0, None)
        # Where Django keeps a form's files: it closes them with the request, whatever becomes of it.
        parser_context["request"]._request._files = MultiValueDict({"file": [file]})
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > settings.UPLOAD_MAX_BYTES:
                raise TooLarge(f"A file may have {settings.UPLOAD_MAX_BYTES // 1_048_576} MB.")
            file.write(chunk)
        file.size = size
        file.seek(0)
        return {"file": file}
