"""Serve dist/ on this machine, as a static host would."""

import contextlib
import functools
import http.server
import os
import posixpath
import sys
import threading
import urllib.parse
import webbrowser
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

from tools.build.errors import BuildError
from tools.build.shell import say

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
TYPES = {
    "": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".zip": "application/zip",
}
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


class Handler(http.server.BaseHTTPRequestHandler):
    """Answer GET and HEAD with files below a folder; remember them by ETag only."""

    protocol_version = "HTTP/1.1"  # keeps connections open
    disable_nagle_algorithm = True  # it held each small file back for 40 ms after its headers

    def __init__(
        self, *args: object, folder: Path, base_path: str, compressed: bool, **kwargs: object
    ) -> None:
        self.folder = folder
        self.base_path = base_path
        self.encodings = ENCODINGS if compressed else ()
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Send a file."""
        self.answer(with_body=True)

    def do_HEAD(self) -> None:
        """Send a file's headers."""
        self.answer(with_body=False)

    def answer(self, *, with_body: bool) -> None:
        """Find the file and send it, or say that the client's copy is good or there is none."""
        if not self.is_asked_by_name():
            self.send_empty(HTTPStatus.MISDIRECTED_REQUEST)
            return
        try:
            path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        except ValueError:  # as of http://[/
            self.send_empty(HTTPStatus.BAD_REQUEST)
            return
        if path + "/" == self.base_path:
            self.send_empty(HTTPStatus.MOVED_PERMANENTLY, Location=self.base_path)
            return
        found = self.find(path)
        if found is None:
            self.send_empty(HTTPStatus.NOT_FOUND)
            return
        file, encoding = found
        try:
            data = file.read_bytes()
            etag = f'"{file.stat().st_mtime_ns:x}-{len(data):x}{encoding}"'
        except OSError:  # gone since: a build is running
            self.send_empty(HTTPStatus.NOT_FOUND)
            return
        if self.headers.get("If-None-Match") == etag:
            self.send_empty(HTTPStatus.NOT_MODIFIED, ETag=etag)
            return
        self.send_response(HTTPStatus.OK)
        suffix = file.suffixes[-2] if encoding else file.suffix
        self.send_header("Content-Type", TYPES.get(suffix, TYPES[""]))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.send_common_headers(len(data), ETag=etag)
        if with_body:
            with contextlib.suppress(ConnectionError):  # the page was closed or reloaded
                self.wfile.write(data)

    def is_asked_by_name(self) -> bool:
        """Tell whether the client meant this machine.

        Another site's page could let its own name point here, and read what is served.
        """
        return self.headers.get("Host", "").partition(":")[0].lower() in NAMES

    def find(self, path: str) -> tuple[Path, str] | None:
        """Return the file for a URL's path and its encoding, the smallest that the client takes."""
        if not path.startswith(self.base_path):
            return None
        relative = posixpath.normpath(path.removeprefix(self.base_path) or ".")
        # On Windows a colon may follow a drive, which would replace the folder.
        if relative.startswith(("..", "/")) or any(sign in relative for sign in "\\:\0"):
            return None
        try:
            return self.find_below(relative, folder_asked=path.endswith("/"))
        except (OSError, ValueError):  # a name that is too long, or that cannot be one
            return None

    def find_below(self, relative: str, *, folder_asked: bool) -> tuple[Path, str] | None:
        """Return what `find` does, for a path that does not leave the folder by its text."""
        file = self.folder / relative
        if not file.resolve().is_relative_to(self.folder.resolve()):
            return None
        if file.is_dir() and folder_asked:
            file /= "index.html"
        accepted = self.headers.get("Accept-Encoding", "")
        for encoding, suffix in self.encodings:
            compressed = file.with_name(file.name + suffix)
            if encoding in accepted and file.is_file() and compressed.is_file():
                return compressed, encoding
        return (file, "") if file.is_file() else None

    def send_empty(self, status: HTTPStatus, **headers: str) -> None:
        """Send an answer without a body."""
        self.send_response(status)
        self.send_common_headers(0, **headers)

    def send_common_headers(self, length: int, **headers: str) -> None:
        """Send what all answers have, and end the headers."""
        self.send_header("Content-Length", str(length))
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Vary", "Accept-Encoding")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the browser's own tools show requests better."""


class Server(http.server.ThreadingHTTPServer):
    """A server whose threads end with it, and that a closed tab doesn't upset."""

    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # there it would let two servers share a port

    def handle_error(self, request: object, client_address: object) -> None:
        """Show errors of ours, but not connections that the browser dropped."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def make_server(
    folder: Path, port: int = 0, base_path: str = "/", *, compressed: bool = True
) -> tuple[Server, str]:
    """Return a server for a folder, not yet running, and the URL of its page."""
    base_path = "/" + "".join(f"{part}/" for part in base_path.split("/") if part)
    handler = functools.partial(Handler, folder=folder, base_path=base_path, compressed=compressed)
    try:
        server = Server((HOST, port), handler)
    except (OSError, OverflowError) as error:
        raise BuildError(
            f"Port {port} can't be used ({error}): choose another with --port, or leave --port out "
            "to get a free one."
        ) from error
    return server, f"http://{HOST}:{server.server_port}{base_path}"


@contextlib.contextmanager
def running_server(folder: Path, base_path: str = "/", *, compressed: bool = True) -> Iterator[str]:
    """Serve a folder from a thread while the context lasts; gives the URL of its page."""
    server, url = make_server(folder, base_path=base_path, compressed=compressed)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def serve(folder: Path, *, port: int, base_path: str, open_browser: bool) -> None:
    """Serve until Ctrl-C."""
    server, url = make_server(folder, port, base_path)
    say(f"Serving at {url} (Ctrl-C ends it)")
    if open_browser and has_display():
        webbrowser.open(url)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        say("\nStopped")
    finally:
        server.server_close()


def has_display() -> bool:
    """Tell if a browser window would be seen by somebody."""
    if os.environ.get("CI"):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
