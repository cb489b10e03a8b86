"""The whole web of the school, for `python -m infra.live.website CERTIFICATE KEY`: any name, any path, a small page."""

import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PAGE = b"<!doctype html><title>A page</title>" + b"<p>Words of the page.</p>" * 40


class Page(BaseHTTPRequestHandler):
    """The same page for everybody."""

    def do_GET(self) -> None:
        """Answers with the page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(_PAGE)))
        self.end_headers()
        self.wfile.write(_PAGE)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: squid's log is the one that counts."""


def serve(certificate: str, key: str) -> None:
    """Answers on ports 80 and 443 of its namespace until it is ended."""
    secure = ThreadingHTTPServer(("", 443), Page)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    threading.Thread(target=secure.serve_forever, daemon=True).start()
    ThreadingHTTPServer(("", 80), Page).serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2])
