"""What measures the pages: a bad page misses every budget, a plain one none, and the report says so."""

import dataclasses
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from phone import cannot, run
from report import BEGIN, BUDGETS, END, Page, Reading, Versions, reading_of, write

PLAIN = "<!doctype html><html lang=en><title>Plain</title><main><h1>Plain</h1><p>Nothing moves.</p></main>"
# Late, large, nameless and busy: each of these is a miss of its own.
BAD = """<!doctype html><html lang=en><title>Bad</title><main><h1>Bad</h1><p>Words.</p><img src="/large">
<button type=button>Busy</button></main><script>
const busy = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
document.querySelector("button").addEventListener("click", () => busy(400));
setTimeout(() => document.querySelector("h1").before(Object.assign(document.createElement("p"),
  { textContent: "late ".repeat(400) })), 300);
addEventListener("load", () => busy(1000));
</script>"""
LARGE = bytes(range(256)) * 2400
PICTURE = (
    b"<svg xmlns='http://www.w3.org/2000/svg' width='320' height='600'><rect width='320' height='600'/><!--"
)
RUN = {
    "lcp": 1500.0,
    "tbt": 0.0,
    "server": 20.0,
    "painted": 1600.0,
    "cls": 0.0,
    "shift": 0.0,
    "moved": [],
    "bytes": 56_000,
    "again": 14_000,
    "accessibility": 100,
    "failed": [],
    "longest": 60.0,
    "touched": {"slowest": 80.0, "longest": 90.0},
    "landed": "http://localhost:1/people/",
}
MISSED = {
    "LCP over 2.5 s": {"lcp": 2501.0},
    "something moves": {"shift": 0.01},
    "accessibility below 100": {"accessibility": 98},
    "first visit over 120 kB": {"bytes": 120_001},
    "next visit over 40 kB": {"again": 40_001},
    "a touch answered after 200 ms": {"touched": {"slowest": 208.0, "longest": 90.0}},
    "a task over 200 ms": {"longest": 201.0},
}


def page_at(url: str, kind: str = "/people/") -> Page:
    return Page(persona="specialist", kind=kind, url=url, cookies=(), touch=True)


def read(**other: object) -> Reading:
    return reading_of(page_at("http://localhost:1/people/"), [RUN | other])


def test_each_budget_is_missed_by_what_is_over_it_and_by_nothing_else() -> None:
    assert read().misses() == []
    assert {name: read(**over).misses() for name, over in MISSED.items()} == {
        name: [name] for name in BUDGETS
    }


def test_the_median_of_the_times_but_the_worst_of_what_moves() -> None:
    runs = [
        RUN | {"lcp": lcp, "shift": shift} for lcp, shift in ((9000.0, 0.0), (1000.0, 0.2), (2000.0, 0.0))
    ]
    reading = reading_of(page_at("http://localhost:1/"), runs)
    assert (reading.lcp_ms, reading.shift, reading.runs) == (2000.0, 0.2, 3)


def test_a_session_that_ended_is_no_measurement() -> None:
    with pytest.raises(ValueError, match="sent to /lock/"):
        read(landed="http://localhost:1/lock/?next=%2Fpeople%2F")
    asked = page_at("http://localhost:1/lock/", kind="/lock/")
    assert reading_of(asked, [RUN | {"landed": "http://localhost:1/lock/"}]).landed == "/lock/"


def test_the_page_names_the_misses_and_begins_with_the_worst(tmp_path: Path) -> None:
    to = tmp_path / "phone.md"
    to.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    slow = dataclasses.replace(read(lcp=2900.0), kind="/slow/")
    write(to, [read(), slow], Versions(lighthouse="1", chromium="Chromium 2", commit="abc", people=3))
    text = to.read_text()
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "old" not in text
    assert "2 pages, 1 of them with a miss" in text
    assert "- `/slow/` (specialist): LCP over 2.5 s\n" in text
    assert text.index("| `/slow/` |") < text.index("| `/people/` |")


@pytest.fixture
def site() -> Iterator[str]:
    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = {
                "/plain": ("text/html", PLAIN.encode()),
                "/large": ("image/svg+xml", PICTURE + LARGE.hex().encode() + b"--></svg>"),
            }.get(self.path, ("text/html", BAD.encode()))
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(bool(cannot()), reason=cannot() or "-")
def test_a_bad_page_misses_every_budget(site: str) -> None:
    [(_bad, bad)] = run([page_at(f"{site}/bad")])
    assert set(bad.misses()) == set(BUDGETS), bad
    [(_plain, plain)] = run([page_at(f"{site}/plain")])
    assert (plain.shift, plain.accessibility) == (0, 100)
    assert plain.bytes_first < 1000
