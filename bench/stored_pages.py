"""What a stored page costs to serve, on the server that `make run` starts, in turns with nginx and the same bytes as a
file, with the page rendered from queries, and with a Wagtail page of the same size. It needs wrk and nginx."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from aijri_site.embedded.processes import left_behind
from bench import stored_pages_wagtail
from bench.result import Result
from bench.startup import ROOT, served

SECONDS = int(os.environ.get("BENCH_SECONDS", "4"))
ROUNDS = 3
CONNECTIONS, THREADS = 32, 2
SLUG = "paralegal"  # of the demonstration: the page that is nearest to 60 KB
ADDRESS = f"/roles/{SLUG}/"
TICKS = os.sysconf("SC_CLK_TCK")
NGINX = """
daemon off; worker_processes 1; pid {place}/nginx.pid; error_log {place}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; keepalive_requests 10000000; open_file_cache max=100;
  types {{ text/html html; }}
  client_body_temp_path {place}/b; proxy_temp_path {place}/p; fastcgi_temp_path {place}/f;
  uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;
  proxy_cache_path {place}/cache keys_zone=pages:10m;
  upstream ours {{ server 127.0.0.1:{ours}; keepalive 64; keepalive_requests 10000000; }}
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host 127.0.0.1:{ours};
  server {{ listen 127.0.0.1:{static}; root {place}/www; }}
  server {{ listen 127.0.0.1:{dressed}; root {place}/www; {headers} }}
  server {{ listen 127.0.0.1:{through}; location / {{ proxy_pass http://ours; proxy_buffers 32 8k; }} }}
  server {{ listen 127.0.0.1:{cached}; location / {{
    proxy_pass http://ours; proxy_cache pages; proxy_cache_valid 200 1s; proxy_ignore_headers Cache-Control Vary;
    proxy_cache_key $uri$http_accept_encoding$http_accept_language$cookie_django_language;
    proxy_cache_lock on; proxy_cache_use_stale updating; proxy_cache_background_update on;
    proxy_cache_bypass $cookie_sessionid $cookie_messages; proxy_no_cache $cookie_sessionid $cookie_messages; }} }}
}}
"""


@dataclass
class Served:
    """Something that wrk may ask: where, and which processes work for it."""

    port: int
    pids: list[int]
    address: str = ADDRESS
    headers: tuple[str, ...] = ()
    connections: int = CONNECTIONS
    rate: float = 0.0
    cpu: float = 0.0

    def measure(self) -> None:
        """Requests a second and CPU seconds a request, of the best of the rounds."""
        before = cpu_seconds(self.pids)
        command = ["wrk", f"-t{THREADS}", f"-c{self.connections}", f"-d{SECONDS}s", "--timeout", "20s"]
        for header in self.headers:
            command += ["-H", header]
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{self.port}{self.address}"], capture_output=True, text=True, check=True
        )
        if re.search("Non-2xx|connect [1-9]|timeout [1-9]", done.stdout):
            raise SystemExit(f"port {self.port}: {done.stdout}")
        rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", done.stdout)[0])
        requests = int(re.findall(r"(\d+) requests in", done.stdout)[0])
        if rate > self.rate:
            self.rate, self.cpu = rate, (cpu_seconds(self.pids) - before) / requests
        print(f"port {self.port}{self.address} {self.headers}: {rate:.0f}/s", file=sys.stderr)


def run() -> list[Result]:
    """Every part in turns; parts whose programs are absent are left out, with the reason."""
    for program in ("wrk", "nginx"):
        if shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
            print(f"stored_pages is left out: there is no {program} (apt-get install {program}).", file=sys.stderr)
            return []
    with tempfile.TemporaryDirectory(prefix="aijri-") as folder:
        place = Path(folder)
        os.chmod(place, 0o711)
        with served(place / "data") as copy:
            environ = {**os.environ, "AIJRI_DATA": str(place / "data"), "PORT": str(copy.port)}
            command = [sys.executable, "-m", "bench.stored_pages_timed", SLUG]
            said = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, check=True).stdout
            page = fetched(copy.port)
            with nginx(place, copy.port, page) as ports:
                return measured(place, copy.port, page, ports) + questions(json.loads(said))


def measured(place: Path, port: int, page: Page, ports: dict[str, Served]) -> list[Result]:
    """What wrk says of ours and of nginx, then of Wagtail."""
    web = [pid for pid in left_behind(place / "data") if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    hit = Served(port, web)
    unchanged = Served(port, web, headers=(f"If-None-Match: {page.tag}",))
    rendered = Served(port, web, headers=("Cookie: sessionid=of-nobody",), connections=4)
    for _ in range(ROUNDS):
        for each in (ports["static"], ports["dressed"], hit, unchanged, ports["through"], ports["cached"]):
            each.measure()
    rendered.measure()
    static, dressed, cached = ports["static"], ports["dressed"], ports["cached"]
    results = [
        Result("a stored page ÷ nginx with the same bytes as a file", hit.rate / static.rate, "times", at_least=0.5),
        Result("  CPU a request ÷ nginx's", hit.cpu / static.cpu, "times", 4.0001),
        Result("304 of a stored page ÷ nginx's 200", unchanged.rate / static.rate, "times", at_least=0.9),
        Result("a stored page ÷ the same rendered from queries", hit.rate / rendered.rate, "times", at_least=120),
        Result(
            "nginx before it, proxy_cache 1 s ÷ the file, same headers",
            cached.rate / dressed.rate,
            "times",
            at_least=0.9,
        ),
        Result("  ÷ the file without them", cached.rate / static.rate, "times"),
        Result("nginx before it, proxy_cache off ÷ static", ports["through"].rate / static.rate, "times"),
        Result("a stored page", hit.rate, "/s"),
        Result("  CPU a request", hit.cpu * 1e6, "µs"),
        Result("304 of a stored page", unchanged.rate, "/s"),
        Result("nginx with the same bytes as a file", static.rate, "/s"),
        Result("  CPU a request", static.cpu * 1e6, "µs"),
        Result("  with our headers", dressed.rate, "/s"),
        Result("rendered from queries, for somebody with a session", rendered.rate, "/s"),
        Result("the page", len(page.body) / 1000, "kB"),
    ]
    return results + against_wagtail(place, len(page.body), replace(hit, rate=0.0))


def against_wagtail(place: Path, size: int, hit: Served) -> list[Result]:
    """A Wagtail page of this size on servers of the same kind, as it comes and with Django's cache for whole pages."""
    try:
        project = stored_pages_wagtail.made(place / "wagtail", size, place / "data", document(hit.port))
    except stored_pages_wagtail.Absent as reason:
        print(f"Wagtail is left out: {reason}", file=sys.stderr)
        return []
    results = []
    for cached, goal in ((False, 200), (True, 12)):
        with stored_pages_wagtail.served(project, cached=cached) as (port, pid):
            theirs = Served(port, [pid], address="/", connections=CONNECTIONS if cached else 4)
            ours = replace(hit)
            for _ in range(ROUNDS):
                theirs.measure()
                ours.measure()
        what = "with the cache middleware for whole pages, in Redis" if cached else "as it comes"
        results += [
            Result(f"÷ Wagtail {what}", ours.rate / theirs.rate, "times", at_least=goal),
            Result(f"Wagtail {what}", theirs.rate, "/s"),
        ]
    return results


def questions(said: dict[str, int]) -> list[Result]:
    """Questions to the database, counted in a process of its own."""
    return [
        Result("questions on a hit", said["hit"], "", 1),
        Result("questions on a miss that is stored", said["miss"], "", 2),
    ]


@dataclass(frozen=True)
class Page:
    """The page as ours answers it: its bytes, its tag, and the headers that a server of files does not send itself."""

    body: bytes
    tag: str
    headers: dict[str, str]


def fetched(port: int) -> Page:
    """The page, once every process holds it."""
    for _ in range(8):
        caller = http.client.HTTPConnection("127.0.0.1", port)
        caller.request("GET", ADDRESS)
        answer = caller.getresponse()
        body, said = answer.read(), answer.headers
        caller.close()
        time.sleep(0.2)
    own = {"content-type", "content-length", "etag", "server", "date"}
    headers = {name: value for name, value in said.items() if name.lower() not in own}
    return Page(body, said["ETag"], headers | {"x-request-id": "$request_id"})


def document(port: int) -> dict[str, Any]:
    """The page's document."""
    with urlopen(f"http://127.0.0.1:{port}/api/v1/roles/{SLUG}/", timeout=20) as answer:
        found: dict[str, Any] = json.load(answer)["document"]
        return found


@contextmanager
def nginx(place: Path, ours: int, page: Page) -> Iterator[dict[str, Served]]:
    """One worker with the page as a file, bare and with our headers, and two proxies before ours."""
    static = place / "www" / ADDRESS.strip("/") / "index.html"
    static.parent.mkdir(parents=True)
    static.write_bytes(page.body)
    headers = " ".join(f"add_header {name} {json.dumps(value)};" for name, value in page.headers.items())
    ports = {name: stored_pages_wagtail.free_port() for name in ("static", "dressed", "through", "cached")}
    config = place / "nginx.conf"
    config.write_text(NGINX.format(place=place, ours=ours, headers=headers, **ports))
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    process = subprocess.Popen([str(program), "-p", str(place), "-c", str(config)])
    try:
        time.sleep(1)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        pids = [int(pid) for pid in children if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        yield {name: Served(port, pids) for name, port in ports.items()}
    finally:
        process.terminate()
        process.wait(10)


def cpu_seconds(pids: list[int]) -> float:
    """What these processes have used so far."""
    spent = 0.0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent += (int(fields[11]) + int(fields[12])) / TICKS
    return spent
