#!/usr/bin/env python3
"""Asks the real service thousands of things that openapi.yaml allows and forbids, and judges each answer.

Usage: fuzz.py BINARIES [--cases N] [-- SCHEMATHESIS OPTIONS]

Starts storylined on a free loopback port with a small story and without rate limits, enrols a reader, an editor and an
operator, and lets schemathesis run all its checks (schemathesis.toml, callers.py). Ends with 1 if a check failed, if the
service had to log an error, or if fewer than N requests were made. The seed is fixed, so a run can be repeated.
"""

import argparse
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FREE = [
    "--limits-requests-per-minute", "0", "--limits-mutations-per-minute", "0",
    "--limits-access-requests-per-minute", "0", "--limits-access-failures-per-minute", "0",
    "--limits-all-access-failures-per-minute", "0",
]

# Two dots.
IMAGE = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGP4zwAAAgEBADK6K5IAAAAASUVORK5CYII="


class Service:
    def __init__(self, binaries, folder):
        self.binaries, self.folder = binaries, folder
        self.database = f"{folder}/s.sqlite"
        # A small story: what is asked for thousands of times is checked against its schema each time.
        self.admin("init", f"{folder}/harbour")
        self.add_image(f"{folder}/harbour")
        self.admin("apply", f"{folder}/harbour", "--database", self.database)
        self.admin("snapshot", "--database", self.database)
        self.invites = {role: self.invite(role) for role in ("reader", "editor", "operator")}
        self.output, self.log = open(f"{folder}/out", "w"), open(f"{folder}/log", "w")
        self.process = subprocess.Popen(
            [f"{binaries}/storylined", "--database-path", self.database, "--listen-port", "0", "--tls-enabled", "false",
             *FREE], stdout=self.output, stderr=self.log)
        self.address = self.wait()

    @staticmethod
    def add_image(story):
        os.makedirs(f"{story}/media", exist_ok=True)
        with open(f"{story}/media/basin.png", "wb") as file:
            file.write(base64.b64decode(IMAGE))
        with open(f"{story}/story.yaml", "a", encoding="utf-8") as file:
            file.write("image:\n  url: media/basin.png\n  alt: A basin\n")

    def admin(self, *arguments):
        result = subprocess.run([f"{self.binaries}/storyline-admin", *arguments], capture_output=True, text=True)
        if result.returncode:
            sys.exit(f"storyline-admin {' '.join(arguments)}:\n{result.stdout}{result.stderr}")
        return result.stdout

    def invite(self, role):
        text = self.admin("invite", "--json", "--role", role, "--devices", "10", "--database", self.database)
        return json.loads(text)["invite"]

    def wait(self):
        for _ in range(300):
            found = re.search(r"listening on (http://\S+)", open(f"{self.folder}/out").read())
            if found:
                return found.group(1)
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit(f"storylined did not start:\n{open(f'{self.folder}/log').read()}")

    def errors(self):
        """What it found wrong with itself."""
        lines = [json.loads(line) for line in open(f"{self.folder}/log") if line.startswith("{")]
        return [line for line in lines if line["level"] in ("error", "critical")]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def schemathesis(service, options):
    counts = f"{service.folder}/counts.json"
    environment = dict(
        os.environ, STORYLINE_FUZZ_SERVICE=service.address, STORYLINE_FUZZ_INVITES=json.dumps(service.invites),
        STORYLINE_FUZZ_COUNTS=counts, NO_COLOR="1",
        HYPOTHESIS_STORAGE_DIRECTORY=f"{service.folder}/hypothesis")
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", f"{ROOT}/Tests/Contract/schemathesis.toml", "run",
        f"{ROOT}/openapi.yaml", "--url", service.address, "--checks", "all", *options]
    code = subprocess.run(command, cwd=ROOT, env=environment).returncode
    return code, json.load(open(counts)) if os.path.exists(counts) else {}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binaries")
    parser.add_argument("--cases", type=int, default=5_000, help="how many requests there have to be at least")
    parser.add_argument("options", nargs="*", help="more for schemathesis, after --")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="storyline-fuzz-")
    service = Service(os.path.abspath(arguments.binaries), folder)
    start = time.monotonic()
    try:
        code, counts = schemathesis(service, arguments.options)
    finally:
        stopped = service.stop()
    faults = [] if code == 0 else [f"schemathesis ended with {code}"]
    faults += [f"the service logged: {json.dumps(line)}" for line in service.errors()[:10]]
    requests = counts.get("requests", 0)
    if requests < arguments.cases:
        faults.append(f"only {requests} requests were made")
    if stopped:
        faults.append(f"storylined ended with {stopped}")
    statuses = ", ".join(f"{name[7:]}: {number}" for name, number in sorted(counts.items()) if name.startswith("status"))
    for fault in faults:
        print(f"FAULT {fault}")
    print(f"{requests} requests in {time.monotonic() - start:.0f} s ({statuses}); {len(faults)} faults")
    if not faults:
        shutil.rmtree(folder)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
