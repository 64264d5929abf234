"""Stands where Pyroscope would: takes every push and counts it."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Endpoint:
    def __init__(self):
        self.pushes = 0
        self.bytes = 0
        self.first = threading.Event()
        self.first_at = 0.0
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                self.rfile.read(length)
                endpoint._count(length)
                self.send_response(200)
                self.send_header("Content-Type", "application/proto")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _count(self, length):
        self.pushes += 1
        self.bytes += length
        if not self.first.is_set():
            self.first_at = time.monotonic()
            self.first.set()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
