# ruff: noqa: T201
"""Other people's tools against a demonstration of this very checkout, within bounded time: `make attack`.

A demonstration is started on a port of its own. wapiti crawls and attacks it as a stranger and as three of
its people; meanwhile sqlmap tries each parameter that a search, a list or a sign-in is made from. Both talk
to loopback only. First comes what was covered, then what they found, each failure the server itself noted,
and each tool that ended without an answer; anything of that is exit code 1. Last: where the reports are.
"""

import argparse
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = ("stranger", "specialist", "supervisor", "administrator")
# Each would end the attacker's own session, or hand it to somebody else.
LEFT_ALONE = ("/account/sign-out/", "/lock/", "/demo/")
# Not `ssrf`, `xxe`, `log4shell`: they ask a server on the internet what reached it. Nothing here fetches an
# address somebody typed, or reads XML.
MODULES = (
    "backup", "cookieflags", "crlf", "csp", "csrf", "exec", "file", "http_headers", "ldap", "methods",
    "permanentxss", "redirect", "sql", "timesql", "upload", "xss",
)  # fmt: skip
# Said of plain HTTP, as on loopback. That a server sends them is tested in tests/contexts/portal.
OF_LOOPBACK = re.compile(r"Strict-Transport-Security|secure flag", re.IGNORECASE)
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PERSON, PROGRAM = "the-person", "the-program"
# Where on a page stand the ids of those two.
KNOWN_BY = {PERSON: f'/people/({UUID})/"', PROGRAM: f'program(?:=|".{{0,500}}?value=")({UUID})'}


@dataclass(frozen=True, kw_only=True)
class Target:
    """One address for sqlmap, as somebody who may open it; `tried` are the parameters it is to try."""

    who: str
    path: str
    tried: str
    body: str = ""


TARGETS = (
    Target(who="specialist", path="/people/?whose=mine&show=all", tried="whose,show"),
    Target(who="specialist", path="/people/?order=contact&page=1", tried="order,page"),
    Target(who="specialist", path=f"/people/?program={PROGRAM}", tried="program"),
    Target(who="specialist", path="/people/search/", body="words=Maya&after=x", tried="words,after"),
    Target(who="specialist", path=f"/notes/new/?person={PERSON}&place=center", tried="person,place"),
    Target(who="specialist", path=f"/people/{PERSON}*/", tried=""),
    Target(who="specialist", path="/hours/?month=2026-11", tried="month"),
    Target(who="specialist", path="/calls/?page=1&done=x", tried="page,done"),
    Target(who="supervisor", path="/units/?month=2026-11&show=needs", tried="month,show"),
    Target(who="privacy", path="/audit/?before=9&show=refused", tried="before,show"),
    Target(who="administrator", path=f"/units/rules/set/?program={PROGRAM}", tried="program"),
    Target(who="stranger", path="/account/sign-in/", body="login=a@b.org&password=x", tried="login,password"),
)


@dataclass(frozen=True, kw_only=True)
class Tool:
    """`at` is the demonstration; `seconds` is what one target may take."""

    programs: Path
    at: str
    folder: Path
    seconds: int

    def run(self, command: list[str], log: Path, seconds: int) -> None:
        with log.open("wb") as file:
            try:
                subprocess.run(
                    command, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
                    timeout=seconds, cwd=self.folder, env={**os.environ, "HOME": str(self.folder)},
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                file.write(b"\nstopped: its time was over\n")


class Browser:
    """What one click on a person of the demonstration gives; a stranger holds the cookie of a form."""

    def __init__(self, at: str, who: str) -> None:
        self.at, self.jar = at, CookieJar()
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.jar))
        page = self.read("/demo/" if who != "stranger" else "/account/sign-in/")
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
        if who != "stranger":
            self.opener.addheaders = [("Referer", f"{at}/demo/")]
            self.read("/demo/", {"persona": who, "csrfmiddlewaretoken": token})

    def read(self, path: str, fields: dict[str, str] | None = None) -> str:
        body = urlencode(fields).encode() if fields else None
        return str(self.opener.open(f"{self.at}{path}", body).read().decode())

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.jar}

    def filled(self, path: str) -> str:
        """The address with somebody and some program whom this browser sees."""
        page = "/units/rules/" if "/rules/" in path else "/people/"
        for stands_for, pattern in KNOWN_BY.items():
            if stands_for in path:
                found = re.search(pattern, self.read(page), re.DOTALL)
                assert found, f"{page} names none for {path}"
                path = path.replace(stands_for, found[1])
        return path


class Wapiti(Tool):
    def attack(self, who: str) -> list[str]:
        report = self.folder / f"wapiti-{who}.json"
        cookies = ";".join(f"{name}={value}" for name, value in Browser(self.at, who).cookies.items())
        alone = (*LEFT_ALONE, "/static/*", *(("/language/",) if who != "stranger" else ()))
        command = [
            str(self.programs / "attack/bin/wapiti"), "-u", f"{self.at}/", "-m", ",".join(MODULES),
            "-f", "json", "-dr", "2", "-o", str(report), "-C", cookies, "-v", "0", "-t", "20", "-d", "6",
            "--max-scan-time", str(self.seconds), "--max-attack-time", str(max(6, self.seconds // 6)),
            "--max-files-per-dir", "5", "--max-links-per-page", "60", "--no-bugreport",
            "--store-session", str(report.with_suffix("")), "--flush-session",
            *(part for path in alone for part in ("-x", f"{self.at}{path}")),
        ]  # fmt: skip
        self.run(command, report.with_suffix(".log"), self.seconds * 6 + 120)
        if not report.exists():
            return [f"wapiti as {who} left no report; see {report.with_suffix('.log')}"]
        told = json.loads(report.read_text())
        print(wapiti_saw(who, told, report.with_suffix("")), flush=True)
        return [f"wapiti as {who}: {said}" for said in wapiti_said(told)]


def wapiti_said(told: dict[str, Any]) -> list[str]:
    kinds = {**told["vulnerabilities"], **told["anomalies"]}
    said = sorted(
        {
            f"{kind}: {one['method']} {re.sub(UUID, '*', one['path'])} {one.get('parameter')}: {one['info']}"
            for kind, many in kinds.items()
            for one in many
        }
    )
    return [words for words in said if not OF_LOOPBACK.search(words)]


def wapiti_saw(who: str, told: dict[str, Any], session: Path) -> str:
    pages = [one["request"] for one in told["infos"]["crawled_pages"]]
    kinds = {(one["method"], re.sub(UUID, "*", urlsplit(one["url"]).path)) for one in pages}
    (kept,) = session.glob("*.db")
    with closing(sqlite3.connect(kept)) as rows:
        ((fields,),) = rows.execute("SELECT count(DISTINCT name) FROM params").fetchall()
    return f"wapiti as {who}: {len(pages)} requests of {len(kinds)} kinds, {fields} parameters"


class Sqlmap(Tool):
    def attack(self, number: int, target: Target) -> list[str]:
        browser = Browser(self.at, target.who)
        path, cookies = browser.filled(target.path), browser.cookies
        body = f"{target.body}&csrfmiddlewaretoken={cookies['csrftoken']}" if target.body else ""
        command = [
            str(self.programs / "attack/bin/sqlmap"), "-u", f"{self.at}{path}", "--batch",
            "--disable-coloring", "--dbms", "PostgreSQL", "--technique", "BEUST", "--time-sec", "3",
            "--timeout", "20", "--flush-session", "--output-dir", str(self.folder / "sqlmap"),
            "--ignore-code", "*",
            "--time-limit", str(self.seconds), "--cookie", "; ".join(f"{k}={v}" for k, v in cookies.items()),
            *(["-p", target.tried] if target.tried else []),
            *(["--data", body, "--referer", f"{self.at}{path}"] if body else []),
        ]  # fmt: skip
        log = self.folder / f"sqlmap-{number}.log"
        self.run(command, log, self.seconds + 60)
        told = log.read_text(errors="replace")
        print(f"sqlmap as {target.who} {target.path}: {', '.join(sqlmap_tried(told))}", flush=True)
        return [f"sqlmap as {target.who} {target.path}: {said}; see {log}" for said in sqlmap_said(told)]


def sqlmap_tried(log: str) -> list[str]:
    return sorted(set(re.findall(r"parameter '([^']+)' does not seem to be injectable", log)))


def sqlmap_said(log: str) -> list[str]:
    """Points of injection it names. That it found none is said in as many words; silence is a finding."""
    points = re.findall(r"^Parameter: .*$|^.*parameter '.*' is '.*' injectable.*$", log, re.MULTILINE)
    return points or ([] if sqlmap_tried(log) else ["tried nothing"])


@contextmanager
def demonstration(folder: Path, port: int) -> Iterator[str]:
    """Small, so that each kind of page is met within the time; its words go into the folder."""
    size = ["--people", "12", "--encounters", "60"]
    with (folder / "demo.log").open("wb") as log:
        demo = subprocess.Popen(
            [sys.executable, "-m", "beenthere", "demo", "--port", str(port), *size], cwd=ROOT,
            env={**os.environ, "BEENTHERE_STATE": str(folder / "state")}, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            at = f"http://localhost:{port}"
            _wait(at, demo)
            yield at
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(timeout=60)


def _wait(at: str, demo: "subprocess.Popen[bytes]") -> None:
    for _second in range(300):
        try:
            build_opener().open(f"{at}/help/", timeout=5).read()
            return
        except (URLError, OSError):
            if demo.poll() is not None:
                break
            time.sleep(1)
    raise SystemExit("The demonstration did not start; its words are in demo.log. Is the port free?")


def server_said(logs: Path) -> list[str]:
    """Failures the server noted of itself."""
    words = "\n".join(log.read_text("utf-8", "replace") for log in logs.glob("web*.log"))
    noted = (re.search(r"(?: ERROR |CRITICAL).*", line) for line in words.splitlines())
    return sorted({f"the server: {re.sub(UUID, '*', one[0])}" for one in noted if one})


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--programs", type=Path, default=ROOT / ".venv", help="where the tools are installed")
    asked.add_argument("--seconds", type=int, default=60, help="for a crawl, and for each target of sqlmap")
    asked.add_argument("--port", type=int, default=8099)
    told = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="beenthere-attack-"))
    folder.chmod(0o777)  # the demonstration of root runs as a user of its own
    with demonstration(folder, told.port) as at, ThreadPoolExecutor(3) as workers:
        how = {"programs": told.programs, "at": at, "folder": folder, "seconds": told.seconds}
        crawls = workers.submit(lambda: [said for who in PEOPLE for said in Wapiti(**how).attack(who)])
        tries = workers.map(Sqlmap(**how).attack, range(len(TARGETS)), TARGETS)
        found = [said for many in tries for said in many] + crawls.result()
    found += server_said(folder / "state" / "log")
    print(*found, f"{len(found)} findings. Reports are in {folder}.", sep="\n")
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
