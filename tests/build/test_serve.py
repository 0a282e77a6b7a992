"""Tests of tools/build/serve.py, over real connections on this machine."""

import http.client
import os
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.build.errors import BuildError
from tools.build.serve import make_server, running_server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a small site; beside it a file that must never be served."""
    result = tmp_path / "dist"
    (result / "sub").mkdir(parents=True)
    (result / "index.html").write_text("<!doctype html>")
    (result / "sub" / "a.wasm").write_bytes(b"wasm")
    (result / "sub" / "a.wasm.br").write_bytes(b"br")
    (result / "main.mjs").write_text("export {}")
    (result / "app.webmanifest").write_text("{}")
    (tmp_path / "secret").write_text("secret")
    return result


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    """Serve the site at the root."""
    with running_server(folder) as url:
        yield url


def get(url: str, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """Ask for a path as it is: urllib would clean it."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/main.mjs", "text/javascript; charset=utf-8"),
        ("/sub/a.wasm", "application/wasm"),
        ("/app.webmanifest", "application/manifest+json"),
    ],
)
def test_files_have_the_type_that_browsers_insist_on(url: str, path: str, kind: str) -> None:
    response, _ = get(url, path)
    assert (response.status, response.getheader("Content-Type")) == (200, kind)


def test_a_compressed_copy_goes_only_to_clients_that_take_it(url: str) -> None:
    response, body = get(url, "/sub/a.wasm", **{"Accept-Encoding": "gzip, br"})
    assert (response.getheader("Content-Encoding"), body) == ("br", b"br")
    assert response.getheader("Content-Type") == "application/wasm"
    response, body = get(url, "/sub/a.wasm", **{"Accept-Encoding": "gzip"})
    assert (response.getheader("Content-Encoding"), body) == (None, b"wasm")


def test_compressed_copies_can_be_left_unused(folder: Path) -> None:
    with running_server(folder, compressed=False) as url:
        response, body = get(url, "/sub/a.wasm", **{"Accept-Encoding": "gzip, br"})
    assert (response.getheader("Content-Encoding"), body) == (None, b"wasm")


def test_an_unchanged_file_is_not_sent_again_and_a_changed_one_is(url: str, folder: Path) -> None:
    etag = get(url, "/main.mjs")[0].getheader("ETag") or ""
    response, body = get(url, "/main.mjs", **{"If-None-Match": etag})
    assert (response.status, body) == (304, b"")
    (folder / "main.mjs").write_text("export default 1")
    response, body = get(url, "/main.mjs", **{"If-None-Match": etag})
    assert (response.status, body) == (200, b"export default 1")


@pytest.mark.parametrize(
    "path", ["/../secret", "/%2e%2e/secret", "/sub/../../secret", "//../secret", "/none", "/sub/"]
)
def test_nothing_outside_the_folder_is_served(url: str, path: str) -> None:
    response, body = get(url, path)
    assert response.status == 404
    assert body == b""


@pytest.mark.parametrize(
    "path",
    [
        "/C:/Windows/win.ini",
        "/c%3A%5Cwin.ini",
        "/sub%5C..%5C..%5Csecret",
        "/%5C%5Chost%5Cshare",
        "/index.html::$DATA",
    ],
)
def test_paths_that_windows_would_take_for_others_are_refused(
    folder: Path, url: str, path: str
) -> None:
    # Where such a name is a file like any other, there is one.
    if os.name != "nt":
        name = urllib.parse.unquote(path).removeprefix("/")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("secret")
    response, body = get(url, path)
    assert (response.status, body) == (404, b"")


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, url: str) -> None:
    (folder / "linked").symlink_to(folder.parent / "secret")
    (folder / "inner").symlink_to(folder / "main.mjs")
    assert get(url, "/linked")[0].status == 404
    assert get(url, "/inner")[1] == b"export {}"


@pytest.mark.parametrize(
    ("path", "status"), [("/" + "a" * 5000, 404), ("/" + "a/" * 5000, 404), ("http://[/x", 400)]
)
def test_a_path_that_can_be_none_gets_an_answer(
    url: str, path: str, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    host = urllib.parse.urlsplit(url).netloc  # given, so that the client does not parse the path
    assert get(url, path, Host=host)[0].status == status
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LocalHost"])
def test_this_machines_names_are_answered(url: str, name: str) -> None:
    port = urllib.parse.urlsplit(url).port
    for host in (f"{name}:{port}", name):  # a browser leaves port 80 out
        assert get(url, "/", Host=host)[0].status == 200


@pytest.mark.parametrize(
    "host", ["example.org", "example.org:{port}", "127.0.0.1.example.org:{port}", "localhost.", ""]
)
def test_another_sites_name_for_this_machine_is_refused(url: str, host: str) -> None:
    port = urllib.parse.urlsplit(url).port
    response, body = get(url, "/main.mjs", Host=host.format(port=port))
    assert (response.status, body) == (421, b"")


def test_a_base_path_is_served_and_nothing_above_it(folder: Path) -> None:
    with running_server(folder, base_path="some/path") as url:
        assert url.endswith("/some/path/")
        assert get(url, "/some/path/main.mjs")[0].status == 200
        assert get(url, "/main.mjs")[0].status == 404
        redirect = get(url, "/some/path")[0]
        assert (redirect.status, redirect.getheader("Location")) == (301, "/some/path/")


def test_a_port_in_use_is_explained(folder: Path, url: str) -> None:
    port = urllib.parse.urlsplit(url).port or 0
    with pytest.raises(BuildError, match=f"Port {port} can't be used .*--port"):
        make_server(folder, port)


def test_a_port_out_of_range_is_explained(folder: Path) -> None:
    with pytest.raises(BuildError, match="Port 70000 can't be used"):
        make_server(folder, 70000)
