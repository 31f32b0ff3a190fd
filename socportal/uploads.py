"""What is uploaded stays in memory: no temporary file of ours ever holds a list of people."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler


class InMemoryOnly(MemoryFileUploadHandler):
    """Takes a body of at most FILE_UPLOAD_MAX_MEMORY_SIZE bytes and refuses a larger one before a byte of it is read."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: str, encoding: str | None = None
    ) -> None:
        if content_length > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("the body of this request is larger than what is kept in memory")
        super().handle_raw_input(input_data, META, content_length, boundary, encoding)
