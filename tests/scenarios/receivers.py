"""Those who are told of alerts, played: an HTTP server that takes what is posted, and a mail server."""
import base64
import hashlib
import hmac
import http.server
import json
import socket
import threading
import time

SIGNING_KEY = b"a key of thirty-two bytes, no more"
SIGNING = "whsec_" + base64.b64encode(SIGNING_KEY).decode()


class WebReceiver:
    """Answers with `status`; with None it hangs until it is closed."""

    def __init__(self):
        self.posts, self.status = [], 204
        self.closed = threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.status is None:
                    receiver.closed.wait(30)
                    return
                receiver.posts.append((self.path, dict(self.headers), body.decode(), receiver.status))
                self.send_response(receiver.status)
                if 300 <= receiver.status < 400:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def told(self):
        """What was taken: (rule, active) of each notice, in order."""
        out = []
        for _, headers, body, status in list(self.posts):
            message = json.loads(body)
            if isinstance(message, dict) and message["type"] == "tidemark.alert" and status < 300:
                assert is_genuine(headers, body), "the signature does not fit"
                out.append((message["data"]["rule"], message["data"]["active"]))
        return out

    def close(self):
        self.closed.set()
        self.server.shutdown()
        self.server.server_close()


def is_genuine(headers, body):
    """As a library of Standard Webhooks judges: the signature over id.timestamp.body, and a time that is now."""
    named = {name.lower(): value for name, value in headers.items()}
    text = f"{named['webhook-id']}.{named['webhook-timestamp']}.{body}".encode()
    expected = "v1," + base64.b64encode(hmac.new(SIGNING_KEY, text, hashlib.sha256).digest()).decode()
    return (hmac.compare_digest(expected, named["webhook-signature"])
            and abs(time.time() - int(named["webhook-timestamp"])) < 300)


class MailReceiver:
    """As much of SMTP (RFC 5321) as a client needs; `refuses` makes it refuse what is to be sent."""

    def __init__(self):
        self.mails, self.refuses = [], False
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, client.makefile("rwb") as stream:
            def say(text):
                stream.write(text.encode() + b"\r\n")
                stream.flush()

            say("220 mail.example ready")
            envelope = []
            for line in stream:
                word = line.decode().strip()
                if word.upper().startswith(("EHLO", "HELO")):
                    say("250 mail.example")
                elif word.upper().startswith("RCPT") and self.refuses:
                    say("550 no such mailbox")
                elif word.upper().startswith(("MAIL", "RCPT")):
                    envelope.append(word)
                    say("250 ok")
                elif word.upper() == "DATA":
                    say("354 go on")
                    lines = []
                    for part in stream:
                        if part == b".\r\n":
                            break
                        lines.append(part.decode())
                    self.mails.append((envelope, "".join(lines)))
                    envelope = []
                    say("250 taken")
                elif word.upper() == "QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 ok")

    def close(self):
        self.socket.close()
