"""Who calls the service while it is fuzzed: a reader, an editor and an operator, each with a device key of its own.

Loaded by schemathesis (`hooks` in schemathesis.toml). What it needs to know comes in the environment, from fuzz.py.
"""

import atexit
import base64
import collections
import hashlib
import json
import os
import time
import uuid

import requests
import schemathesis
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

INVITE = "urn:storyline:oauth:grant-type:invite"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
SERVICE = os.environ["STORYLINE_FUZZ_SERVICE"]
INVITES = json.loads(os.environ["STORYLINE_FUZZ_INVITES"])
# Less than a token and a nonce live.
FRESH_SECONDS = 200

# Two dots.
IMAGE = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGP4zwAAAgEBADK6K5IAAAAASUVORK5CYII="


@schemathesis.serializer("image/png", "image/jpeg", "image/webp", "image/avif", "image/gif")
def image_bytes(context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Device:
    """A key, and the proofs of it (RFC 9449)."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        numbers = self.key.public_key().public_numbers()
        self.jwk = {"kty": "EC", "crv": "P-256", "x": url64(numbers.x.to_bytes(32, "big")),
                    "y": url64(numbers.y.to_bytes(32, "big"))}
        self.nonce = None

    def proof(self, method, url, token=None):
        claims = {"jti": str(uuid.uuid4()), "htm": method, "htu": url.split("?")[0], "iat": int(time.time())}
        if self.nonce:
            claims["nonce"] = self.nonce
        if token:
            claims["ath"] = url64(hashlib.sha256(token.encode()).digest())
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk}
        text = ".".join(url64(json.dumps(part).encode()) for part in (header, claims))
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{text}.{url64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def ask(self, path, form):
        """The reply to a form with a proof; the first one brings the nonce that the second one proves."""
        url = f"{SERVICE}{path}"
        for _ in range(2):
            reply = requests.post(url, form, headers={"DPoP": self.proof("POST", url)}, timeout=20)
            self.nonce = reply.headers.get("DPoP-Nonce", self.nonce)
            if reply.ok:
                return reply.json()
        raise RuntimeError(f"{path} is refused to the fuzzer: {reply.status_code} {reply.text}")

    def redeem(self, invite):
        return self.ask("/oauth/token", {"grant_type": INVITE, "invite": invite, "request_id": str(uuid.uuid4())})

    def join(self, operator):
        """Lets it in as a new reader's, in an operator's name."""
        codes = self.ask("/oauth/device_authorization", {"device_name": "fuzzing reader"})
        decision = {
            "user_code": codes["user_code"], "decision": "approve", "match": codes["match"], "account": "new"}
        reply = requests.post(f"{SERVICE}/oauth/device/decision", decision, auth=operator, timeout=20)
        reply.raise_for_status()
        return self.ask("/oauth/token", {"grant_type": DEVICE_CODE, "device_code": codes["device_code"]})


class Caller(requests.auth.AuthBase):
    """Signs each request as it goes out. One whose device was signed out on the way enrols another one."""

    def __init__(self, role):
        self.role = role
        self.forget()

    def forget(self):
        self.device, self.reply, self.since = Device(), None, 0.0

    def token(self):
        if self.reply is None:
            # Readers' accounts are erased on the way, over and over.
            self.reply = (
                self.device.join(CALLERS["operator"]) if self.role == "reader"
                else self.device.redeem(INVITES[self.role]))
            self.since = time.monotonic()
        elif time.monotonic() - self.since > FRESH_SECONDS:
            self.reply = self.device.ask(
                "/oauth/token", {"grant_type": "refresh_token", "refresh_token": self.reply["refresh_token"]})
            self.since = time.monotonic()
        return self.reply["access_token"]

    def __call__(self, request):
        token = self.token()
        if self.reply["token_type"] == "DPoP":
            request.headers["Authorization"] = f"DPoP {token}"
            request.headers["DPoP"] = self.device.proof(request.method, request.url, token)
        else:
            request.headers["Authorization"] = f"Bearer {token}"
        return request


CALLERS = {role: Caller(role) for role in ("reader", "editor", "operator")}
COUNTS = collections.Counter()


def callers_of(operation):
    """Who calls an operation, in turns. Now and then somebody who may not."""
    tags = operation.tags or []
    if "admin" in tags:
        return ["operator", "operator", "operator", "editor", "reader"]
    if "editor" in tags:
        return ["editor", "operator", "editor", "operator", "reader"]
    if "account" in tags:
        # What signs devices out and erases accounts is for accounts that cost nothing.
        return ["reader"]
    if "access" in tags:
        return ["operator", "reader"]
    return ["reader", "editor", "operator"]


class Truth:
    """What is really there: cursors, ids and codes that no generator would guess."""

    def __init__(self):
        self.kept = {}

    def once(self, name, make):
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    def get(self, path, caller):
        reply = requests.get(f"{SERVICE}{path}", auth=caller, allow_redirects=False, timeout=20)
        reply.raise_for_status()
        return reply

    def head(self):
        return self.once("head", lambda: self.get("/v1/content/head", CALLERS["reader"]).json())

    def part(self):
        manifest = self.once("manifest", lambda: self.get(self.head()["snapshot"], CALLERS["reader"]).json())
        return manifest["parts"][0]["sha256"] + ".ndjson.gz"

    def library(self, caller):
        key = ("library", caller.token())
        return self.once(key, lambda: self.get("/v1/library/changes", caller).json()["cursor"])

    def export(self, caller):
        key = ("export", caller.token())
        return self.once(
            key, lambda: requests.post(f"{SERVICE}/v1/me/exports", auth=caller, timeout=20).json()["id"])

    def commit(self):
        return self.once("commit", lambda: self.get("/v1/editor/commits", CALLERS["editor"]).json()["commits"][0]["rev"])

    def image(self):
        return self.once(
            "image", lambda: self.get("/v1/editor/media", CALLERS["editor"]).json()["media"][0]["sha256"])

    def waiting_device(self):
        reply = requests.post(f"{SERVICE}/oauth/device_authorization", {"device_name": "new"}, timeout=20)
        reply.raise_for_status()
        return reply.json()

    def refresh_token(self):
        """Of a device without a key, whose token is another one after each use."""
        if "keyless" not in self.kept:
            form = {"grant_type": INVITE, "invite": INVITES["reader"], "request_id": str(uuid.uuid4())}
            reply = requests.post(f"{SERVICE}/oauth/token", form, timeout=20)
            reply.raise_for_status()
            self.kept["keyless"] = reply.json()["refresh_token"]
        return self.kept["keyless"]

    def note_refreshed(self, response):
        if response.status_code == 200:
            self.kept["keyless"] = json.loads(response.content)["refresh_token"]
        elif b"invalid_grant" in response.content:
            self.kept.pop("keyless", None)


TRUTH = Truth()


def fill_in(case, caller):
    """Puts what is really there into a request that is right in its form."""
    name, query, path, body = case.operation.label, case.query, case.path_parameters, case.body
    if name == "GET /v1/content/changes":
        query["after"] = TRUTH.head()["cursor"]
    elif name == "GET /v1/library/changes" and "after" in query:
        query["after"] = TRUTH.library(caller)
    elif name == "GET /v1/live":
        query.update(content=TRUTH.head()["cursor"], library=TRUTH.library(caller))
    elif name == "GET /v1/content/snapshots/{id}":
        path["id"] = TRUTH.head()["snapshot"].rsplit("/", 1)[1]
    elif name == "GET /v1/content/parts/{id}":
        path["id"] = TRUTH.part()
    elif name == "GET /v1/editor/commits/{id}":
        path["id"] = str(TRUTH.commit())
    elif name in ("GET /v1/media/{id}", "GET /v1/editor/media/{id}"):
        path["id"] = TRUTH.image()
    elif name == "PUT /v1/editor/media/{id}":
        # Another image each time: what is behind its end nobody looks at.
        case.body = base64.b64decode(IMAGE) + str(COUNTS[name]).encode()
        case.media_type = "image/png"
        case.headers["Content-Type"] = "image/png"
        path["id"], query["name"] = hashlib.sha256(case.body).hexdigest(), "basin.png"
    elif name == "GET /v1/me/exports/{id}":
        path["id"] = TRUTH.export(caller)
    elif name == "PATCH /v1/me/devices/{id}" or (name == "DELETE /v1/me/devices/{id}" and COUNTS[name] % 8 == 0):
        caller.token()
        path["id"] = caller.reply["device_id"]
    elif name == "POST /v1/library/sync" and isinstance(body, dict) and body.get("after"):
        body["after"] = TRUTH.library(caller)
        body.pop("empty", None)
    elif name in ("POST /oauth/device/lookup", "POST /oauth/device/decision") and isinstance(body, dict):
        device = TRUTH.waiting_device()
        body["user_code"] = device["user_code"]
        if body.get("match"):
            body["match"] = device["match"]
        body.pop("account", None)
    elif name == "POST /oauth/token" and isinstance(body, dict) and body.get("grant_type") == "refresh_token":
        body["refresh_token"] = TRUTH.refresh_token()
        drop_proof(case)
    elif name == "POST /oauth/device_authorization":
        drop_proof(case)
    elif name == "POST /v1/editor/commits" and isinstance(body, dict):
        number = f"fuzz-{COUNTS[name] % 5}"
        body["changes"] = [{"kind": "source", "id": number, "body": {
            "id": number, "name": f"Source {COUNTS[name]}", "type": "agency"}}]


def drop_proof(case):
    """An invented proof is refused before anything else is looked at. One that is too long is there on purpose."""
    if len(case.headers.get("DPoP", "")) <= 2048:
        case.headers.pop("DPoP", None)


@schemathesis.auth(refresh_interval=None)
class Turns:
    def get(self, case, context):
        label = case.operation.label
        COUNTS[label] += 1
        if not case.operation.definition.raw["security"]:
            return None
        roles = callers_of(case.operation)
        return CALLERS[roles[COUNTS[label] % len(roles)]]

    def set(self, case, data, context):
        case._auth = data


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None:
        return
    parts = [case.meta.generation, *case.meta.components.values()]
    if all(part.mode.is_positive for part in parts):
        if COUNTS[case.operation.label] % 2:
            fill_in(case, case._auth)
        keep_rules(case)


def keep_rules(case):
    """What the document says in words only, because its language has none for it."""
    query, body = case.query, case.body
    if case.operation.path == "/v1/library/changes" and str(query.get("empty")) == "1":
        query.pop("after", None)
    if case.operation.path == "/v1/library/sync" and isinstance(body, dict) and body.get("empty"):
        body.pop("after", None)
    # A long-poll that waits tells no more than one that does not.
    if case.operation.path == "/v1/live" and str(query.get("wait", "0")) not in ("0", "1"):
        query["wait"] = 1
    # One a minute gets past the caches; with more of them nothing but 429 would be tried.
    if "bust" in query and COUNTS[case.operation.label] % 20:
        query.pop("bust")


@schemathesis.hook
def after_call(context, case, response):
    COUNTS["requests"] += 1
    COUNTS[f"status {response.status_code}"] += 1
    if case.operation.label == "POST /oauth/token" and isinstance(case.body, dict):
        if case.body.get("refresh_token") == TRUTH.kept.get("keyless"):
            TRUTH.note_refreshed(response)
    caller = case._auth
    # A fuzzer erases its own account, and signs its own device out: it comes again as somebody else.
    if caller is not None and caller.reply is not None:
        if b"is unknown, expired or revoked" in response.content or b"/account-deleted" in response.content:
            caller.forget()


# What a server may know better than the form of a request: the code of the problem that says so.
KNOWN_BETTER = (
    "media-invalid", "cursor-invalid", "cursor-expired", "epoch-changed", "account-deleted", "conflict", "commit-invalid", "key-reused",
    "media-shown",
    "payload-too-large", "request-too-large", "range-not-satisfiable", "invalid_grant", "invalid_scope",
    "invalid_dpop_proof", "use_dpop_nonce", "authorization_pending", "slow_down", "access_denied", "expired_token",
)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """A request may be right in its form and about something that is not there; a fault of form is no excuse."""
    try:
        answer = json.loads(response.content)
    except ValueError:
        return True
    if isinstance(failure, AcceptedNegativeData):
        # A push is taken as a whole, and a mutation that can never be stored is refused alone.
        results = answer.get("results", []) if case.operation.path == "/v1/library/sync" else []
        # An image that was put there on purpose is bytes, for which the document's language has no type.
        is_image = case.operation.path == "/v1/editor/media/{id}" and isinstance(case.body, bytes)
        is_rejected = any(result["status"] == "rejected" for result in results)
        return not excuse("image", is_image) and not excuse("rejected", is_rejected)
    if not isinstance(failure, RejectedPositiveData):
        return True
    code = answer.get("error") or str(answer.get("type", "")).rsplit("/", 1)[-1]
    # What the document says in words only: which characters a text may not hold, and what must not come twice.
    words = answer.get("detail") or answer.get("error_description") or ""
    return not (
        excuse(code, code in KNOWN_BETTER) or excuse("NUL", "NUL character" in words)
        or excuse("format characters", "control characters" in words) or excuse("twice", "occurs twice in" in words)
        or excuse("account", "is not the account of anybody here" in words))


def excuse(name, holds):
    if holds:
        COUNTS[f"known better: {name}"] += 1
    return holds


@atexit.register
def write_counts():
    with open(os.environ["STORYLINE_FUZZ_COUNTS"], "w", encoding="utf-8") as file:
        json.dump(COUNTS, file)
