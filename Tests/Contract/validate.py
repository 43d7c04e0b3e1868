#!/usr/bin/env python3
"""Holds openapi.yaml, and real requests and answers, against each other.

Usage: validate.py OPENAPI.yaml EXCHANGES.jsonl

Each line of EXCHANGES is one exchange: {"method", "path", "request": {"type", "body"}?, "status",
"response": {"headers", "body"}}. Prints a line per fault and ends with 1 if there is any.

What it checks: the document itself (openapi-spec-validator); each example against its schema; that every exchange has
an operation, its status and its media type in the document; its headers and body against their schemas, where a member
that the document does not know is a fault; request bodies of accepted requests; that every operation was exercised.
"""

import copy
import json
import re
import sys
import urllib.parse

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

ROOT = "urn:storyline:openapi"


class Contract:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = yaml.safe_load(file)
        self.faults = []
        self.closed = closed(self.document)
        self.seen = set()

    def fault(self, where, what):
        self.faults.append(f"{where}: {what}")

    def check_document(self):
        try:
            validate(self.document)
        except Exception as error:  # the library has one class per kind of fault
            self.fault("openapi.yaml", f"{type(error).__name__}: {error}")
        for pointer, media in media_types(self.document):
            if "example" not in media:
                self.fault(pointer, "has no example")
            elif pointer.split("/")[-1] == "application~1yaml":
                continue
            else:
                self.check(media["schema"], media["example"], f"example at {pointer}")

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def check(self, schema, value, where):
        registry = Registry().with_resource(ROOT, Resource(contents=self.closed, specification=DRAFT202012))
        schema = closed(absolute(copy.deepcopy(schema)))
        validator = Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())
        for error in validator.iter_errors(value):
            self.fault(where, f"{error.json_path}: {error.message[:300]}")

    def template(self, path):
        """The path as the document has it: with {id} where an id stands."""
        templates = self.document["paths"]
        matches = [t for t in templates if re.fullmatch(re.sub(r"\{[^/]+\}", "[^/]+", t), path)]
        return path if path in templates else next(iter(matches), None)

    def check_exchange(self, exchange):
        path = exchange["path"].split("?")[0]
        method = {"HEAD": "get"}.get(exchange["method"], exchange["method"].lower())
        status = str(exchange["status"])
        where = f'{exchange["method"]} {path} {status}'
        item = self.document["paths"].get(self.template(path))
        if item is None:
            if status not in ("404", "405", "414"):
                self.fault(where, "the path is not in the document")
            self.check_problem(exchange, where)
            return
        if method not in item:
            if status not in ("405", "414"):
                self.fault(where, "the method is not in the document")
            # What a wrong method gets is described with the one right method of the path.
            method = next(iter(item))
        operation = item[method]
        if status not in operation["responses"]:
            self.fault(where, "the status is not in the document")
            return
        self.seen.add((operation["operationId"], status))
        self.check_answer(exchange, self.resolve(operation["responses"][status]), where)
        if status == "200" and "requestBody" in operation:
            self.check_request(exchange, operation["requestBody"], where)

    def template(self, path):
        """The path of the document that an address belongs to: itself, or with `{id}` as its last segment."""
        paths = self.document["paths"]
        return path if path in paths else path.rpartition("/")[0] + "/{id}"

    def check_problem(self, exchange, where):
        schema = {"$ref": "#/components/schemas/Problem"}
        self.check(schema, json.loads(exchange["response"]["body"] or "null"), where)

    def check_answer(self, exchange, response, where):
        headers = exchange["response"]["headers"]
        for name, header in response.get("headers", {}).items():
            header = self.resolve(header)
            value = headers.get(name.lower())
            if value is None:
                self.fault(where, f"the header {name} is missing")
                continue
            if header["schema"]["type"] == "integer":
                value = int(value)
            self.check(header["schema"], value, f"{where} {name}")
        body = exchange["response"]["body"]
        if "content" not in response or exchange["method"] == "HEAD":
            if body:
                self.fault(where, "has a body and should have none")
            return
        media = response["content"].get(headers.get("content-type", ""))
        if media is None:
            self.fault(where, f'the type “{headers.get("content-type")}” is not in the document')
        elif "json" in headers["content-type"]:
            self.check(media["schema"], json.loads(body), where)

    def check_request(self, exchange, body, where):
        request = exchange["request"]
        media = body["content"].get(request["type"].split(";")[0])
        if media is None:
            self.fault(where, f'a request of type “{request["type"]}” was accepted')
        elif "json" in request["type"]:
            self.check(media["schema"], json.loads(request["body"]), f"{where} request")
        elif not request["type"].startswith("image/"):
            pairs = dict(urllib.parse.parse_qsl(request["body"]))
            self.check(media["schema"], pairs, f"{where} request")

    def check_coverage(self):
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                for status in operation["responses"]:
                    # A fault of the server, a full disk and a lost history cannot be had by asking.
                    if status in ("500", "503", "410"):
                        continue
                    if (operation["operationId"], status) not in self.seen:
                        self.fault(f"{method.upper()} {path}", f"no exchange with {status} was recorded")


def media_types(node, pointer="#"):
    """Every media type object under a `content` member."""
    if isinstance(node, dict):
        for name, value in node.items():
            escaped = name.replace("~", "~0").replace("/", "~1") if isinstance(name, str) else str(name)
            # A schema may have a property of that name.
            if name == "content" and isinstance(value, dict) and not pointer.endswith("/properties"):
                for media, body in value.items():
                    yield f'{pointer}/content/{media.replace("/", "~1")}', body
            else:
                yield from media_types(value, f"{pointer}/{escaped}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from media_types(value, f"{pointer}/{index}")


def absolute(node):
    """The same schema with references that hold outside the document too."""
    if isinstance(node, dict):
        return {k: ROOT + v if k == "$ref" and v.startswith("#") else absolute(v) for k, v in node.items()}
    return [absolute(value) for value in node] if isinstance(node, list) else node


def closed(node):
    """A copy in which an object has the members that are listed and no others.

    The document leaves objects open, because clients must ignore what a later server adds. This server must not send
    what its own document does not describe.
    """
    if isinstance(node, dict):
        copied = {name: closed(value) for name, value in node.items()}
        if copied.get("type") == "object" and "properties" in copied:
            copied.setdefault("additionalProperties", False)
        return copied
    return [closed(value) for value in node] if isinstance(node, list) else node


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    contract = Contract(sys.argv[1])
    contract.check_document()
    with open(sys.argv[2], encoding="utf-8") as file:
        exchanges = [json.loads(line) for line in file if line.strip()]
    for exchange in exchanges:
        contract.check_exchange(exchange)
    contract.check_coverage()
    for fault in contract.faults:
        print(fault)
    print(f"{len(exchanges)} exchanges, {len(contract.faults)} faults")
    sys.exit(1 if contract.faults else 0)


if __name__ == "__main__":
    main()
