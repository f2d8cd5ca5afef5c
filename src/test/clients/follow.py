"""Follows an address with one of the libraries, as its README shows, and prints each update."""

import asyncio
import sys
import time

address = sys.argv[2]


def show(id, event, data):
    if event and event.startswith("outpour."):
        return
    print("an empty event" if not data else f"{id} {data}", flush=True)


def again(connect):
    """A loop around a library that does not reconnect: it keeps the id of events, and waits for retry."""
    last, retry = "", 0.5
    while True:
        try:
            for event in connect({"Last-Event-ID": last} if last else {}):
                last = event.id or last
                retry = int(event.retry) / 1000 if event.retry else retry
                show(event.id, event.event, event.data)
        except Exception as broken:
            print("The connection broke:", repr(broken), file=sys.stderr)
        time.sleep(retry)


def httpx_sse():
    import httpx
    from httpx_sse import connect_sse

    def connect(headers):
        with httpx.Client(timeout=httpx.Timeout(10, read=45)) as client:
            with connect_sse(client, "GET", address, headers=headers) as source:
                yield from source.iter_sse()

    again(connect)


def sseclient_py():
    import requests
    import sseclient

    def connect(headers):
        answer = requests.get(address, stream=True, timeout=(10, 45), headers=headers)
        yield from sseclient.SSEClient(answer).events()

    again(connect)


def ld_py():
    from ld_eventsource import SSEClient
    from ld_eventsource.config import ConnectStrategy, ErrorStrategy, RetryDelayStrategy

    client = SSEClient(
        connect=ConnectStrategy.http(address),
        error_strategy=ErrorStrategy.always_continue(),
        retry_delay_strategy=RetryDelayStrategy.default(max_delay=1, backoff_multiplier=1),
    )
    for event in client.events:
        show(event.last_event_id, event.event, event.data)


def requests_sse():
    from requests_sse import EventSource

    with EventSource(address, timeout=(10, 45)) as source:
        for event in source:
            show(event.last_event_id, event.type, event.data)


def sseclient_0():
    from sseclient import SSEClient

    for event in SSEClient(address):
        show(event.id, event.event, event.data)


def aiohttp_2():
    from aiohttp import ClientTimeout
    from aiohttp_sse_client2.client import EventSource

    async def follow():
        timeout = ClientTimeout(total=None, sock_read=45)
        async with EventSource(address, timeout=timeout) as source:
            async for event in source:
                show(event.last_event_id, event.type, event.data)

    asyncio.run(follow())


def decoder(sse_decoder):
    import httpx

    def connect(headers):
        with httpx.Client(timeout=httpx.Timeout(10, read=45)) as client:
            with client.stream("GET", address, headers=headers) as answer:
                yield from sse_decoder.iter_bytes(answer.iter_bytes())

    again(connect)


def openai():
    from openai._streaming import SSEDecoder

    decoder(SSEDecoder())


def anthropic():
    from anthropic._streaming import SSEDecoder

    decoder(SSEDecoder())


{
    "httpx-sse": httpx_sse,
    "sseclient-py": sseclient_py,
    "ld-py": ld_py,
    "requests-sse": requests_sse,
    "sseclient": sseclient_0,
    "aiohttp2": aiohttp_2,
    "openai": openai,
    "anthropic": anthropic,
}[sys.argv[1]]()
