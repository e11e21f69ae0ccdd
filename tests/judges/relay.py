"""A small HTTP server on 127.0.0.1 that stands between two programs, sees what passes and hands it on."""
import dataclasses
import http.client
import http.server
import threading
import urllib.parse

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "host", "content-length",
              "expect"}


@dataclasses.dataclass
class Request:
    method: str
    target: str  # path and query as they came
    headers: list  # of (name, value)
    body: bytes

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclasses.dataclass
class Answer:
    status: int
    headers: list
    body: bytes

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def forward(base, request, extra=()):
    """Sends the request to another server, body and end-to-end headers unchanged."""
    place = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=120)
    try:
        connection.putrequest(request.method, place.path + request.target, skip_accept_encoding=True)
        for name, value in [*request.headers, *extra]:
            if name.lower() not in HOP_BY_HOP:
                connection.putheader(name, value)
        if request.body or request.method in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body or None)
        got = connection.getresponse()
        return Answer(got.status, got.getheaders(), got.read())
    finally:
        connection.close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.relay.answer(Request(self.command, self.path, self.headers.items(), body))
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_one

    def log_message(self, *_):
        pass


class Relay:
    """Hands everything on to `upstream` and keeps each (Request, Answer) in `seen`. Overridden by judges."""

    def __init__(self, upstream):
        self.upstream, self.seen = upstream, []
        self.guard = threading.Lock()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.relay = self
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, request):
        answer = forward(self.upstream, request)
        with self.guard:
            self.seen.append((request, answer))
        return answer

    def close(self):
        self.server.shutdown()
        self.server.server_close()
