"""Eight connections that ask one address again and again: `python -m tests.bench.load PORT SECONDS PATH [HEADER]…`.

A process of its own. Prints requests in a second, the median time to an answer in milliseconds, status and length.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import statistics
import sys
import time

CONNECTIONS = 8
WARM_UP = 0.4  # seconds
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, int]:
    """Status and length of one answer."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    found = _LENGTH.search(head)
    length = int(found[1]) if found and status != 304 else 0
    await reader.readexactly(length)
    return status, length


class Connection:
    """Kept open; one that the server ended because it was idle is opened again."""

    def __init__(self, port: int, request: bytes) -> None:
        self.port, self.request = port, request
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self) -> tuple[int, int]:
        if self.streams is not None:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                return await ask(*self.streams, self.request)
        self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        return await ask(*self.streams, self.request)

    async def ask_until(self, begin: float, end: float) -> tuple[list[float], set[tuple[int, int]]]:
        """How long each answer took that was asked for from `begin` on, one at least, and what they were."""
        took: list[float] = []
        answers = set()
        while (asked := time.perf_counter()) < end or not took:
            answer = await self.ask()
            if asked >= begin:
                took.append(time.perf_counter() - asked)
                answers.add(answer)
        return took, answers


async def load(port: int, seconds: float, path: str, headers: list[str]) -> dict[str, object]:
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Encoding: gzip, deflate, br", *headers, "", ""]
    request = "\r\n".join(lines).encode()
    connections = [Connection(port, request) for _number in range(CONNECTIONS)]
    await asyncio.gather(*(connection.ask() for connection in connections))
    begin = time.perf_counter() + WARM_UP
    end = begin + seconds
    parts = await asyncio.gather(*(connection.ask_until(begin, end) for connection in connections))
    took = [time for times, _answers in parts for time in times]
    answers = set().union(*(answers for _times, answers in parts))
    return {"per_second": len(took) / seconds, "p50": 1000 * statistics.median(took), "answers": sorted(answers)}


if __name__ == "__main__":
    port, seconds, path, *headers = sys.argv[1:]
    print(json.dumps(asyncio.run(load(int(port), float(seconds), path, headers))))
