import json
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from planner.errors import InvalidRequestError, WriterUnavailableError
from planner.language.backend import Message
from planner.language.cache import Cache
from planner.language.openai_backend import OpenAIBackend, OpenAIConfig
from planner.language.writer import Writer, WriterConfig, make_writer

KEY = "sk-very-secret"
ASK = (Message("user", "# Query: open the gripper"),)


def answer(text):
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": text},
            }
        ],
    }


GOOD = (200, answer("open_gripper()"))
BUSY = (429, {"error": {"message": f"slow down {KEY}"}})
BROKEN = (500, {"error": {"message": f"oops {KEY}"}})
DENIED = (401, {"error": {"message": f"Incorrect API key provided: {KEY}"}})


class Endpoint(HTTPServer):
    """Answers with what it was told to, and keeps what it was asked."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies = []
        self.requests = []


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(length))
        self.server.requests.append((self.headers["Authorization"], body))
        status, reply = self.server.replies.pop(0)
        text = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass


@pytest.fixture
def endpoint():
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def backend(endpoint, pauses):
    url = f"http://127.0.0.1:{endpoint.server_port}/v1"
    config = OpenAIConfig(timeout=5.0, stream=False)
    return OpenAIBackend(url, "m", KEY, config, sleep=pauses.append)


def test_the_answer_of_the_endpoint_comes_back(endpoint, backend):
    endpoint.replies = [GOOD]
    assert backend.complete(ASK).text == "open_gripper()"
    authorization, body = endpoint.requests[0]
    assert authorization == f"Bearer {KEY}"
    assert body["messages"] == [{"role": "user", "content": ASK[0].content}]
    assert body["temperature"] == 0.0


def test_a_server_without_streams_is_asked_again_without_one(endpoint, backend):
    endpoint.replies = [GOOD, GOOD]
    backend = replace(backend, config=OpenAIConfig(timeout=5.0))
    answer = backend.complete(ASK)
    assert (answer.text, answer.usage.calls) == ("open_gripper()", 2)
    assert ["stream" in body for _, body in endpoint.requests] == [True, False]


@pytest.mark.parametrize("param", ["temperature", "max_tokens"])
def test_a_parameter_the_model_refuses_is_left_out(param, endpoint, backend):
    refusal = {"error": {"message": "no", "param": param, "code": "unsupported"}}
    endpoint.replies = [(400, refusal), GOOD]
    assert backend.complete(ASK).usage.calls == 2
    last = endpoint.requests[-1][1]
    assert param not in last
    assert ("max_completion_tokens" in last) == (param == "max_tokens")


def test_a_used_up_quota_is_not_asked_again(endpoint, backend, pauses):
    spent = {"error": {"message": "pay", "code": "insufficient_quota"}}
    endpoint.replies = [(429, spent), GOOD]
    with pytest.raises(WriterUnavailableError, match="429"):
        backend.complete(ASK)
    assert pauses == []


@pytest.mark.parametrize(
    "url", ["http://me:sk-very-secret@host/v1", "http://host/v1?key=sk-very-secret"]
)
def test_a_key_in_the_address_is_refused_without_telling_it(url):
    with pytest.raises(InvalidRequestError) as caught:
        OpenAIBackend(url, "m", KEY)
    assert KEY not in str(caught.value)


def test_troubles_that_pass_are_waited_out(endpoint, backend, pauses):
    endpoint.replies = [BUSY, BROKEN, GOOD]
    assert backend.complete(ASK).text == "open_gripper()"
    assert 0.5 <= pauses[0] <= 1.0 <= pauses[1] <= 2.0


@pytest.mark.parametrize("replies", [[BUSY] * 3, [BROKEN] * 3, [DENIED]])
def test_troubles_that_stay_are_an_error_without_the_key(replies, endpoint, backend):
    endpoint.replies = list(replies)
    with pytest.raises(WriterUnavailableError) as caught:
        backend.complete(ASK)
    assert len(endpoint.requests) == len(replies)
    error = caught.value
    assert KEY not in str(error)
    assert error.__cause__ is None


@pytest.mark.parametrize(
    "reply",
    [
        b"not json at all",
        {},
        {"choices": []},
        {"choices": [{"message": None}]},
        {"choices": [{}]},
        {"choices": 3},
        {"choices": ["x"]},
        [],
        "text",
        answer(""),
        answer(None),
    ],
)
def test_a_malformed_answer_is_an_error(reply, endpoint, backend):
    endpoint.replies = [(200, reply)] * 3
    with pytest.raises(WriterUnavailableError) as caught:
        backend.complete(ASK)
    assert KEY not in str(caught.value)


def test_nobody_there_is_an_error_after_three_tries(pauses):
    backend = OpenAIBackend(
        "http://127.0.0.1:9/v1",
        "m",
        KEY,
        OpenAIConfig(timeout=1.0),
        sleep=pauses.append,
    )
    with pytest.raises(WriterUnavailableError, match="VOXFIELD_LLM_BASE_URL"):
        backend.complete(ASK)
    assert len(pauses) == 2


def test_the_key_is_in_no_file_and_in_no_text(endpoint, backend, tmp_path):
    endpoint.replies = [GOOD]
    Writer(backend, samples=0, cache=Cache(tmp_path)).write("open the gripper")
    kept = [path.read_text() + path.name for path in tmp_path.iterdir()]
    assert kept
    assert not any(KEY in text for text in [*kept, repr(backend), str(backend)])
    assert KEY not in json.dumps(backend.parameters)


def test_the_environment_names_the_endpoint(endpoint, monkeypatch, tmp_path):
    url = f"http://127.0.0.1:{endpoint.server_port}/v1"
    monkeypatch.setenv("VOXFIELD_LLM_BASE_URL", url)
    monkeypatch.setenv("VOXFIELD_LLM_MODEL", "m")
    monkeypatch.setenv("VOXFIELD_LLM_API_KEY", KEY)
    endpoint.replies = [GOOD, GOOD]
    writer = make_writer(WriterConfig(backend="openai", cache=tmp_path, samples=0))
    assert writer.write("open the gripper").backend == "openai"
    assert writer.write("open the gripper").cached


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(WriterUnavailableError, match=r"voxfield\[llm\]"):
        make_writer(WriterConfig(backend="openai"))


@pytest.mark.parametrize(
    "address", ["localhost:8000", "localhost", "/v1", "file:///v1"]
)
def test_an_address_that_is_none_is_refused_before_anything_is_asked(address):
    with pytest.raises(InvalidRequestError, match="http://localhost"):
        OpenAIBackend(address, "m", KEY)
