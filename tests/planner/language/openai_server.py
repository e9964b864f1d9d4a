"""A server of the OpenAI protocol with a local model behind it, and its faults.

`transformers serve` would do for the good case, but it loads models through
accelerate, which nothing else here needs.

| fault | what the server does | how it ends at the client |
|---|---|---|
| limited | 429, Retry-After | waits that long, asks again |
| patient | 429, Retry-After of an hour | unavailable, at once |
| busy | 503 | asks again |
| silent | no byte for 5 s | asks again |
| drip | a piece every 20 ms, without end | asks again after `timeout` |
| dies | half the answer, then the connection is gone | asks again |
| ends | half the answer, then a proper end of the body | asks again |
| denied | 401, the key in its sentence | unavailable, at once |
| garbage | 200 and no JSON | unavailable, at once |
| broken chunk | half a JSON object as a chunk | unavailable, at once |
| odd chunk | a chunk of another form | unavailable, at once |
| error chunk | an error amid the stream | unavailable, at once |
| empty | an answer without text | unavailable, at once |
| truncated | half the answer, finish_reason `length` | an answer marked truncated |
| echo | the key within the answer | asterisks in its place |

"asks again" ends as unavailable once the tries are used up.
"""

import asyncio
import base64
import json
import threading
from queue import SimpleQueue

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse

from perception.backends.marks.viewer import Shown
from planner.language.backend import Message
from planner.language.illustrated import Illustrated

PASSING = ("limited", "busy", "silent", "drip", "dies", "ends")
FINAL = ("patient", "denied", "garbage", "broken chunk", "odd chunk", "error chunk")
PNG = "data:image/png;base64,"
STREAMED = ("drip", "dies", "ends", "broken chunk", "odd chunk", "error chunk")


class OpenAIServer:
    """Serves one backend on a port of its own while it is entered."""

    def __init__(self, backend, retry_after="0"):
        self.faults = []
        self.requests = []
        self.retry_after = retry_after
        self._backend = backend
        app = FastAPI()
        app.post("/v1/chat/completions")(self._complete)
        config = uvicorn.Config(app, "127.0.0.1", 0, log_level="critical", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    @property
    def url(self):
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/v1"

    def __enter__(self):
        self._thread.start()
        while not self._server.started:
            threading.Event().wait(0.01)
        return self

    def __exit__(self, *details):
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()

    async def _complete(self, request: Request):
        body = await request.json()
        key = request.headers["authorization"].removeprefix("Bearer ")
        self.requests.append((key, body))
        fault = self.faults.pop(0) if self.faults else ""
        refusal = await self._refusal(fault, key)
        if refusal is not None:
            return refusal
        asked = tuple(_message(each) for each in body["messages"])
        if body.get("stream"):
            pieces = self._pieces(asked, fault, key)
            return StreamingResponse(pieces, media_type="text/event-stream")
        answer = await asyncio.to_thread(self._backend.complete, asked)
        return JSONResponse(_whole(answer, fault, key))

    async def _refusal(self, fault, key):
        if fault == "silent":
            await asyncio.sleep(5.0)
        if fault in ("limited", "patient"):
            wait = self.retry_after if fault == "limited" else "3600"
            headers = {"Retry-After": wait}
            return JSONResponse({"error": {"message": key}}, 429, headers)
        if fault == "busy":
            return JSONResponse({"error": {"message": key}}, 503)
        if fault == "denied":
            return JSONResponse({"error": {"message": f"bad key {key}"}}, 401)
        if fault == "garbage":
            return PlainTextResponse(f"<html>{key}", media_type="application/json")
        return None

    async def _pieces(self, asked, fault, key):
        queue: SimpleQueue = SimpleQueue()

        def write():
            answer = self._backend.complete(asked, queue.put)
            queue.put(answer)

        threading.Thread(target=write).start()
        if fault == "echo":
            for piece in (f"# {key[:5]}", f"{key[5:]}\n"):
                yield _event(_chunk(piece))
        if fault != "empty":
            yield _event(_chunk(""))
        count = 0
        while isinstance(piece := await asyncio.to_thread(queue.get), str):
            count += 1
            if fault in ("dies", "ends", "truncated") and count > 3:
                break
            if fault in _ODD and count == 1:
                yield _ODD[fault]
            if fault != "empty":
                yield _event(_chunk(piece))
            while fault == "drip":
                await asyncio.sleep(0.02)
                yield _event(_chunk("\n"))
        if fault == "dies":
            raise ConnectionResetError
        if fault == "ends":
            return
        yield _event(_chunk(None, "length" if fault == "truncated" else "stop"))
        if not isinstance(piece, str):
            yield _event({"choices": [], "usage": _usage(piece)})
        yield "data: [DONE]\n\n"


def _message(said):
    """Return a message; its pictures come before its text."""
    if isinstance(said["content"], str):
        return Message(said["role"], said["content"])
    *pictures, text = said["content"]
    shown = tuple(
        Shown(caption["text"], base64.b64decode(url.removeprefix(PNG)))
        for caption, url in zip(
            pictures[::2],
            (each["image_url"]["url"] for each in pictures[1::2]),
            strict=True,
        )
    )
    return Illustrated(said["role"], text["text"], shown)


_ODD = {
    "broken chunk": 'data: {"choices": [{"delta"\n\n',
    "odd chunk": 'data: {"choices": 3}\n\n',
    "error chunk": 'data: {"error": {"message": "overloaded"}}\n\n',
}


def _event(chunk):
    return f"data: {json.dumps(chunk)}\n\n"


def _chunk(text, reason=None):
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
    return {"id": "1", "object": "chat.completion.chunk", "choices": [choice]}


def _usage(answer):
    read, written = answer.usage.prompt_tokens, answer.usage.completion_tokens
    return {
        "prompt_tokens": read,
        "completion_tokens": written,
        "total_tokens": read + written,
    }


def _whole(answer, fault, key):
    text = {"empty": "", "echo": f"# {key}\n{answer.text}"}.get(fault, answer.text)
    cut = fault == "truncated"
    message = {"role": "assistant", "content": text[: len(text) // 2] if cut else text}
    reason = "length" if cut or answer.truncated else "stop"
    choice = {"index": 0, "message": message, "finish_reason": reason}
    return {
        "id": "1",
        "object": "chat.completion",
        "choices": [choice],
        "usage": _usage(answer),
    }
