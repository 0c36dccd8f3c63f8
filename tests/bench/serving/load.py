"""A load that costs the client little: kept-open sockets that send the same bytes again.

Client and server have a core each. The rate is of whole answers, whose status is looked at.
"""

import asyncio
import time
from collections.abc import Sequence

CONNECTIONS = 16


def request(path: str, body: bytes | None = None) -> bytes:
    """The bytes of one HTTP/1.1 request."""
    method = "GET" if body is None else "POST"
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return (head + "\r\n").encode() + (body or b"")


def rate(port: int, requests: Sequence[bytes], *, seconds: float) -> float:
    """Answers a second over some seconds, each connection asking one request after another."""
    return asyncio.run(_rate(port, requests, seconds))


async def _rate(port: int, requests: Sequence[bytes], seconds: float) -> float:
    until = time.perf_counter() + seconds
    begun = time.perf_counter()
    counts = await asyncio.gather(
        *(_ask(port, requests, place, until) for place in range(CONNECTIONS))
    )
    return sum(counts) / (time.perf_counter() - begun)


async def _ask(port: int, requests: Sequence[bytes], place: int, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    try:
        while time.perf_counter() < until:
            writer.write(requests[(place + count * CONNECTIONS) % len(requests)])
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode("latin-1"))
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            count += 1
    finally:
        writer.close()
        await writer.wait_closed()
    return count
