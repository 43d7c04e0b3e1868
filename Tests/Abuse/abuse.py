#!/usr/bin/env python3
"""Attacks the real service as a process of its own, while honest readers go on asking.

Usage: abuse.py BINARIES [--short] [--only NAME]

Runs in a network namespace of its own (it enters one by itself), so that it can meet nobody else's server. It holds
the service against what it promises: every attack ends, no hidden request is answered, honest requests are answered
meanwhile, memory stays below 512 MB, and SIGTERM ends the process within 20 seconds with hostile peers connected.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import attacks  # noqa: E402
from wire import ACK, END_HEADERS, HEADERS, PING, SETTINGS, Target, frame, request  # noqa: E402

MEMORY_LIMIT = 512 * 1024
STOP_LIMIT = 20
LIMITS = [
    "--connections-first-byte-seconds", "3", "--connections-idle-seconds", "6", "--connections-max-age-seconds", "10",
    "--shutdown-drain-seconds", "5", "--requests-read-seconds", "5",
    # All callers are this machine here, which counts as one proxy.
    "--limits-all-access-failures-per-minute", "0", "--limits-requests-per-minute", "0",
]


class Service:
    def __init__(self, binaries, folder):
        self.folder = folder
        self.binaries = binaries
        self.admin("certificate", "--directory", f"{folder}/tls")
        self.invite = json.loads(self.admin("invite", "--json", "--database", f"{folder}/s.sqlite"))["invite"]
        self.log = open(f"{folder}/log", "w+")
        self.process = subprocess.Popen(
            [f"{binaries}/storylined", "--database-path", f"{folder}/s.sqlite", "--listen-port", "8443",
             "--tls-certificate", f"{folder}/tls/server.pem", "--tls-key", f"{folder}/tls/server.key", *LIMITS],
            stdout=self.log, stderr=subprocess.STDOUT)
        self.target = Target(8443, f"{folder}/tls/ca.pem")
        self.wait()
        form = urllib.parse.urlencode({
            "grant_type": "urn:storyline:oauth:grant-type:invite", "invite": self.invite,
            "request_id": str(uuid.uuid4())})
        status, body = self.ask("POST", "/oauth/token", form, {"Content-Type": "application/x-www-form-urlencoded"})
        assert status == 200, (status, body)
        self.target.token = json.loads(body)["access_token"]

    def admin(self, *arguments):
        return subprocess.run(
            [f"{self.binaries}/storyline-admin", *arguments], check=True, capture_output=True, text=True).stdout

    def wait(self):
        for _ in range(300):
            if self.process.poll() is not None:
                sys.exit(f"storylined did not start:\n{open(self.folder + '/log').read()}")
            try:
                self.target.tcp(1).close()
                return
            except OSError:
                time.sleep(0.1)
        sys.exit("storylined did not listen within 30 seconds")

    def connection(self):
        context = ssl.create_default_context(cafile=self.target.authority)
        return http.client.HTTPSConnection("localhost", 8443, context=context, timeout=20)

    def ask(self, method, path, body=None, headers=None):
        connection = self.connection()
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    @property
    def memory(self):
        """Kilobytes that it uses; 0 if it has ended."""
        try:
            text = open(f"/proc/{self.process.pid}/status").read()
        except OSError:
            return 0
        found = re.search(r"VmRSS:\s+(\d+)", text)
        return int(found.group(1)) if found else 0


class Honest(threading.Thread):
    """A reader who asks ten times a second, on a connection of her own each time."""

    def __init__(self, service):
        super().__init__(daemon=True)
        self.service = service
        self.times, self.faults, self.memory, self.stopped = [], [], 0, False

    def run(self):
        header = {"Authorization": f"Bearer {self.service.target.token}"}
        while not self.stopped:
            start = time.monotonic()
            try:
                status, _ = self.service.ask("GET", "/v1/library/changes", None, header)
                if status != 200:
                    self.faults.append(f"status {status}")
            except OSError as error:
                self.faults.append(repr(error))
            self.times.append(time.monotonic() - start)
            self.memory = max(self.memory, self.service.memory)
            time.sleep(0.1)

    def figures(self):
        ordered = sorted(self.times) or [0]
        at = lambda share: ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000
        return f"{len(ordered)} honest requests, p50 {at(0.5):.0f} ms, p99 {at(0.99):.0f} ms"


JUNK = [b"nonsense", b"sla_" + b"A" * 49, b"slr_" + b"x" * 49, b"a" * 500]
# As many requests in one write: a client that waits for each answer is slower than what it attacks.
BATCH = b"".join(
    b"GET /v1/content/head HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + JUNK[i % 4] + b"\r\n\r\n"
    for i in range(64))


def send_bad_tokens(target, seconds, results):
    """One process's part: how many were refused, and the first status that is none of a refusal."""
    count, fault, connection = 0, None, None
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            connection = connection or target.h1(20)
            connection.sendall(BATCH)
            data = b""
            # Every answer has a body, which is an object.
            while data.count(b"HTTP/1.1 ") < 64 or not data.endswith(b"}"):
                piece = connection.recv(262_144)
                if not piece:
                    break
                data += piece
            else:
                count += 64
            wrong = [s for s in re.findall(rb"HTTP/1\.1 (\d{3})", data) if s not in (b"401", b"503")]
            fault = fault or (f"a bad token got {wrong[0].decode()}" if wrong else None)
            if not data.endswith(b"}"):
                connection = None
        except OSError:
            connection = None
    results.put((count, fault))


def bad_tokens(service, seconds, processes, goal):
    """Tokens that are none, and tokens that look like some."""
    results = multiprocessing.Queue()
    senders = [
        multiprocessing.Process(target=send_bad_tokens, args=(service.target, seconds, results), daemon=True)
        for _ in range(processes)]
    for sender in senders:
        sender.start()
    found = [results.get(timeout=seconds + 60) for _ in senders]
    for sender in senders:
        sender.join()
    rate = sum(count for count, _ in found) / seconds
    print(f"    {rate:.0f} bad tokens per second, from {processes} processes; {goal} were wanted")
    return next((fault for _, fault in found if fault), None)


def refusals(service, rounds):
    """One text for every grant that is refused, and one time: which of them it was must not be seen."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    def ask(**fields):
        connection.request("POST", "/oauth/token", urllib.parse.urlencode(fields), form)
        response = connection.getresponse()
        return response.status, response.read()

    def enrol():
        invite = json.loads(service.admin("invite", "--json", "--database", f"{service.folder}/s.sqlite"))["invite"]
        fields = {"grant_type": "urn:storyline:oauth:grant-type:invite", "invite": invite,
                  "request_id": str(uuid.uuid4())}
        return invite, json.loads(ask(**fields)[1])

    def invite(text):
        return lambda: ask(grant_type="urn:storyline:oauth:grant-type:invite", invite=text,
                           request_id=str(uuid.uuid4()))

    def refresh(text):
        return lambda: ask(grant_type="refresh_token", refresh_token=text)

    connection = service.connection()
    used, device = enrol()
    connection.request("POST", "/oauth/revoke", urllib.parse.urlencode({"token": device["refresh_token"]}), form)
    connection.getresponse().read()
    unknown = device["refresh_token"][:10] + "".join(reversed(device["refresh_token"][10:]))
    kinds = {
        "unknown invite": invite("sli-" + "-".join(["ABCD"] * 6)), "used invite": invite(used),
        "no invite at all": invite("x"), "unknown token": refresh(unknown),
        "revoked token": refresh(device["refresh_token"]), "no token at all": refresh("x"),
        "unknown device code": lambda: ask(
            grant_type="urn:ietf:params:oauth:grant-type:device_code", device_code="A" * 43),
    }
    texts, times = set(), {name: [] for name in kinds}
    # In turn, so that what else the machine does meets all of them.
    for _ in range(rounds):
        # The service ends connections after a while; the next request opens another one.
        connection.close()
        connection.request("GET", "/health/live")
        connection.getresponse().read()
        for name, kind in kinds.items():
            start = time.monotonic()
            texts.add(kind())
            times[name].append((time.monotonic() - start) * 1000)
    connection.close()
    for name, found in times.items():
        found.sort()
        middle, high = found[len(found) // 2], found[int(len(found) * 0.95)]
        print(f"    {name:20} median {middle:.2f} ms, least {found[0]:.2f} ms, 95 % below {high:.2f} ms")
    if len(texts) != 1 or not any(b"invalid_grant" in body for _, body in texts):
        return f"{len(texts)} answers instead of one: {sorted(texts)[:3]}"
    return None


def crowd(service, number):
    """Connections that say nothing, and headers that never end, all at once."""
    held = []
    for index in range(number):
        try:
            connection = service.target.tcp(5)
            if index % 2:
                connection.sendall(b"\x16\x03\x01")
            held.append(connection)
        except OSError:
            break
    print(f"    {len(held)} silent connections")
    time.sleep(1)
    return held


def slowhttptest(seconds, connections):
    """The well-known tool, in its three ways."""
    if not shutil.which("slowhttptest"):
        return "slowhttptest is not installed (make deps-test)"
    for way in ("-H", "-B", "-X"):
        result = subprocess.run(
            ["slowhttptest", way, "-c", str(connections), "-r", "100", "-l", str(seconds), "-i", "2", "-p", "5",
             "-u", "https://localhost:8443/health/live"],
            capture_output=True, text=True, timeout=seconds + 60)
        states = re.findall(r"service available:\s*(YES|NO)", re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", result.stdout))
        if result.returncode not in (0, 1) or not states:
            return f"slowhttptest {way} ended with {result.returncode}"
        print(f"    slowhttptest {way}: available {states.count('YES')} times of {len(states)}")
        if "NO" in states:
            return f"slowhttptest {way}: the service was not available"
    return None


def scan():
    """Only TLS 1.2 and up, and only ciphers that authenticate what they hide."""
    if not shutil.which("sslscan"):
        return "sslscan is not installed (make deps-test)"
    text = subprocess.run(
        ["sslscan", "--no-colour", "localhost:8443"], capture_output=True, text=True, timeout=120).stdout
    for name in ("SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1"):
        if re.search(rf"{re.escape(name)}\s+enabled", text):
            return f"{name} is enabled"
    ciphers = re.findall(r"(?:Preferred|Accepted)\s+TLSv1\.\d\s+\d+ bits\s+(\S+)", text)
    if not ciphers:
        return f"sslscan found no cipher:\n{text}"
    weak = [c for c in ciphers if "GCM" not in c and "CHACHA20" not in c]
    print(f"    {len(ciphers)} ciphers offered")
    return f"ciphers without authentication: {weak}" if weak else None


def stop(service):
    """SIGTERM while hostile peers hold on."""
    held = [service.target.tcp() for _ in range(20)]
    stubborn = service.target.h2()
    stubborn.sendall(frame(SETTINGS, ACK, 0) + frame(HEADERS, END_HEADERS, 1, request(b"POST", b"/oauth/token")))
    held += [stubborn, service.target.h2()]
    start = time.monotonic()
    service.process.send_signal(signal.SIGTERM)
    try:
        code = service.process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        return f"still running {STOP_LIMIT} seconds after SIGTERM"
    print(f"    ended after {time.monotonic() - start:.1f} s")
    for connection in held:
        connection.close()
    return None if code == 0 else f"ended with {code}"


def enter_namespace():
    """Runs this script again where there is no network but its own loopback."""
    if os.environ.get("STORYLINE_ABUSE_INSIDE") == "1":
        return
    tool = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    environment = dict(os.environ, STORYLINE_ABUSE_INSIDE="1")
    command = ["sh", "-c", 'ip link set lo up && ulimit -n "$(ulimit -Hn)" && exec "$@"', "abuse", sys.executable]
    sys.exit(subprocess.run([*tool, *command, *sys.argv], env=environment).returncode)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binaries")
    parser.add_argument("--short", action="store_true", help="the quick form, for each change")
    parser.add_argument("--only", help="one attack by its name")
    arguments = parser.parse_args()
    enter_namespace()
    folder = tempfile.mkdtemp(prefix="storyline-abuse-")
    service = Service(os.path.abspath(arguments.binaries), folder)
    honest = Honest(service)
    honest.start()
    faults = []

    def note(name, fault):
        print(f"{'FAULT' if fault else 'ok   '} {name}{': ' + fault if fault else ''}", flush=True)
        if fault:
            faults.append(name)

    chosen = [a for a in attacks.ALL if arguments.only in (None, a.__name__)]
    results = {}

    def run(attack):
        try:
            results[attack.__name__] = attack(service.target)
        except (OSError, ssl.SSLError):
            # Closed before the attack got so far.
            results[attack.__name__] = None

    held = [] if arguments.only else crowd(service, 100 if arguments.short else 2_000)
    threads = [threading.Thread(target=run, args=(attack,)) for attack in chosen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for attack in chosen:
        note(attack.__name__, results.get(attack.__name__, "did not end"))
    for connection in held:
        connection.close()
    if not arguments.only:
        note("bad_tokens", bad_tokens(service, 3 if arguments.short else 20, 2 if arguments.short else 8, 5_000))
        note("refusals", refusals(service, 5 if arguments.short else 100))
        note("tls", scan())
        if not arguments.short:
            note("slowhttptest", slowhttptest(20, 1_000))
    honest.stopped = True
    honest.join()
    note("honest requests", "; ".join(sorted(set(honest.faults))[:3]) or None)
    note("memory", None if honest.memory < MEMORY_LIMIT else f"{honest.memory // 1024} MB")
    note("stop", stop(service))
    print(f"{honest.figures()}; at most {honest.memory // 1024} MB; {len(faults)} faults")
    if faults:
        print(open(folder + "/log").read()[-4000:])
    else:
        shutil.rmtree(folder)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
