"""Debian's nginx with deploy/nginx.conf, unprivileged, in a folder of its own, on a free port of 127.0.0.1."""
import http.client
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile

from clients import Response
from house import PATIENCE, ROOT, wait_for

CONF = ROOT / "deploy/nginx.conf"
# What stands around the file on Debian, without what belongs to root.
AROUND = """daemon off;
pid {dir}/pid;
error_log {dir}/error.log warn;
worker_processes 2;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    include {dir}/tidemark.conf;
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Line:
    """One request in nginx's access log."""

    def __init__(self, text):
        found = re.fullmatch(r'\S+ (\S+) (\S*) "(.*)" (\d+) (\S+) \d+ [\d.]+', text)
        assert found, text
        self.client, self.method, self.path, self.status = found[1], found[2], found[3], int(found[4])
        self.forwarded = found[5] not in ("-", "")
        self.upstream_status = int(found[5]) if self.forwarded else None


class Nginx:
    """`changes`: further (old, new) in the file."""

    def __init__(self, upstream_port, changes=()):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-nginx-"))
        self.port = free_port()
        self.base = f"https://127.0.0.1:{self.port}/tidemark"
        self.certificate()
        text = CONF.read_text()
        for old, new in (("server 127.0.0.1:8080;", f"server 127.0.0.1:{upstream_port};"),
                         ("listen 443 ssl;", f"listen 127.0.0.1:{self.port} ssl;"),
                         ("/etc/ssl/tidemark/fullchain.pem", f"{self.dir}/cert.pem"),
                         ("/etc/ssl/tidemark/privkey.pem", f"{self.dir}/key.pem"),
                         ("/var/log/nginx/tidemark.log", f"{self.dir}/access.log"),
                         ("/var/log/nginx/tidemark-error.log", f"{self.dir}/error.log"), *changes):
            assert text.count(old) == 1, f"{CONF} has {text.count(old)} times: {old}"
            text = text.replace(old, new)
        (self.dir / "tidemark.conf").write_text(text)
        (self.dir / "nginx.conf").write_text(AROUND.format(dir=self.dir))
        who = {}
        if os.geteuid() == 0:
            for path in (self.dir, *self.dir.iterdir()):
                shutil.chown(path, "nobody", "nogroup")
            who = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen([program, "-p", self.dir, "-e", self.dir / "error.log", "-c",
                                         self.dir / "nginx.conf"], stderr=subprocess.DEVNULL, **who)
        try:
            wait_for("nginx listens", self.listens)
        except BaseException:
            print(self.errors())
            self.close()
            raise

    def certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-nodes", "-days", "2", "-subj", "/CN=sync.example.com",
                        "-keyout", self.dir / "key.pem", "-out", self.dir / "cert.pem"],
                       check=True, capture_output=True)

    def listens(self):
        assert self.process.poll() is None, "nginx ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def tls(self):
        context = ssl.create_default_context(cafile=self.dir / "cert.pem")
        context.check_hostname = False
        return context

    def connection(self, source="127.0.0.1"):
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE, context=self.tls(),
                                           source_address=(source, 0))

    def raw(self, data):
        """Sends bytes over a connection of their own and gives everything that comes until nginx ends it."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as plain:
            with self.tls().wrap_socket(plain) as link:
                out = b""
                try:
                    link.sendall(data)
                    while more := link.recv(65536):
                        out += more
                except (ConnectionError, ssl.SSLError):
                    pass  # refused before all was read; what came before counts
                return out

    def lines(self):
        """The access log so far, written at the end of each request."""
        return [Line(text) for text in (self.dir / "access.log").read_text(errors="replace").splitlines()]

    def errors(self):
        path = self.dir / "error.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)
        shutil.rmtree(self.dir, ignore_errors=True)


def exchange(connection, method, target, body=None, headers=()):
    """One request over an open connection; `headers` may name a field twice."""
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    return Response(answer.status, dict(answer.getheaders()), answer.read())
