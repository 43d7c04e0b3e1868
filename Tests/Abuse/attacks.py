"""The attacks. Each returns None if the service defended itself, or what it let happen."""

import os
import time

from wire import *

# More than any of the service's limits in this suite (see abuse.py), and the slack of a busy machine.
PATIENCE = 30


def ends(connection, what="the connection"):
    return None if seconds_open(connection, PATIENCE) is not None else f"{what} is still open after {PATIENCE} s"


def flood_ends(connection, pieces, pause=0.0):
    send_until_closed(connection, pieces, pause)
    return ends(connection, "the flood's connection")


def mute_tcp(target):
    return ends(target.tcp())


def mute_after_handshake_h2(target):
    return ends(target.tls("h2"))


def mute_after_handshake_h1(target):
    return ends(target.h1())


def half_a_handshake(target):
    connection = target.tcp()
    connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(20))
    return ends(connection)


def not_tls(target):
    connection = target.tcp()
    connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = read_all(connection, PATIENCE)
    return "plain HTTP was answered on the TLS port" if b"200" in answer else None


def slow_headers(target):
    connection = target.h1()
    connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n")
    sent = send_until_closed(connection, [b"X-Slow: 1\r\n"] * (2 * PATIENCE), pause=0.5)
    return None if sent < 2 * PATIENCE else "headers may trickle for ever"


def slow_body(target):
    connection = target.h1()
    connection.sendall(
        b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8000\r\n\r\n")
    sent = send_until_closed(connection, [b"x"] * (2 * PATIENCE), pause=0.5)
    return None if sent < 2 * PATIENCE else "a body may trickle for ever"


def slow_body_h2(target):
    connection = target.h2()
    form = [(b"content-type", b"application/x-www-form-urlencoded")]
    connection.sendall(
        frame(SETTINGS, ACK, 0) + frame(HEADERS, END_HEADERS, 1, request(b"POST", b"/oauth/token", form)))
    pieces = [frame(DATA, 0, 1, b"x")] * (2 * PATIENCE)
    sent = send_until_closed(connection, pieces, pause=0.5)
    return None if sent < len(pieces) else "a body may trickle for ever over HTTP/2"


def never_acknowledges(target):
    return ends(target.h2())


def window_zero(target):
    connection = target.h2(setting(4, 0))
    streams = b"".join(frame(HEADERS, 5, 2 * i + 1, request(path=b"/openapi.yaml")) for i in range(50))
    connection.sendall(frame(SETTINGS, ACK, 0) + streams)
    return ends(connection, "the reader with a window of nothing")


def hoarded_answers(target):
    """Thousands of answers that are asked for and not taken, whatever a reader may ask for."""
    fields = [(b"authorization", b"Bearer " + target.token.encode())]
    wanted = [request(path=b"/openapi.yaml"), request(path=b"/v1/content/changes?after=start", extra=fields)]
    streams = b"".join(frame(HEADERS, 5, 2 * i + 1, wanted[i % 2]) for i in range(100))
    held = []
    for _ in range(40):
        connection = target.h2(setting(4, 0))
        connection.sendall(frame(SETTINGS, ACK, 0) + streams)
        held.append(connection)
    faults = [ends(connection, "the hoarder") for connection in held]
    return next((fault for fault in faults if fault), None)


def one_byte_windows(target):
    connection = target.h2(setting(4, 1))
    connection.sendall(frame(SETTINGS, ACK, 0) + frame(HEADERS, 5, 1, request(path=b"/openapi.yaml")))
    pieces = (frame(WINDOW, 0, 1, struct.pack(">I", 1)) for _ in range(200 * PATIENCE))
    send_until_closed(connection, pieces, pause=0.005)
    return ends(connection, "the reader of single bytes")


def rapid_reset(target):
    connection = target.h2()
    pieces = (
        frame(HEADERS, 5, 2 * i + 1, request()) + frame(RESET, 0, 2 * i + 1, struct.pack(">I", 8))
        for i in range(20_000))
    return flood_ends(connection, pieces)


def continuation_flood(target):
    connection = target.h2()
    connection.sendall(frame(HEADERS, 0, 1, request()))
    return flood_ends(connection, (frame(CONTINUATION, 0, 1, literal(b"a", b"b")) for _ in range(20_000)))


def settings_flood(target):
    return flood_ends(target.h2(), (frame(SETTINGS, 0, 0, setting(4, 65535)) for _ in range(50_000)))


def ping_flood(target):
    return flood_ends(target.h2(), (frame(PING, 0, 0, b"12345678") for _ in range(50_000)))


def priority_flood(target):
    piece = frame(PRIORITY, 0, 1, struct.pack(">IB", 3, 1))
    return flood_ends(target.h2(), (piece for _ in range(50_000)))


def empty_data_flood(target):
    connection = target.h2()
    connection.sendall(frame(HEADERS, END_HEADERS, 1, request(b"POST", b"/oauth/token")))
    return flood_ends(connection, (frame(DATA, 0, 1) for _ in range(50_000)))


def hpack_bomb(target):
    """A header field of 3 KB is put into the table once, and then named thousands of times with one byte each."""
    connection = target.h2()
    indexed = b"\x40" + number(1, 7) + b"a" + number(3000, 7) + b"x" * 3000
    block = request() + indexed + b"\xbe" * 10_000
    connection.sendall(frame(SETTINGS, ACK, 0) + frame(HEADERS, 5, 1, block))
    data = read_all(connection, 3)
    # Refused by an error of the stream or connection, or by a status that is none of success.
    if any(kind in (RESET, GOAWAY) for kind, *_ in frames(data)):
        return None
    answered = [payload for kind, _, stream, payload in frames(data) if kind == HEADERS and stream == 1]
    return "30 MB of header fields were taken" if answered and answered[0][:1] == b"\x88" else None


def one_answer(target, text):
    """Two requests in the clothes of one: at most one is answered, and the second, hidden one never."""
    connection = target.h1()
    connection.sendall(text)
    answer = read_all(connection, 5)
    if answer.count(b"HTTP/1.1 ") > 1 or b"openapi:" in answer:
        return f"a hidden request was answered: {answer[:120]!r}"
    return None


HIDDEN = b"GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


def length_and_chunks(target):
    return one_answer(
        target,
        b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\n" + FORM
        + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN)


def two_lengths(target):
    return one_answer(
        target,
        b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\n" + FORM
        + b"Content-Length: 0\r\nContent-Length: 60\r\n\r\n" + HIDDEN)


def odd_chunking(target):
    for encoding in (b"xchunked", b"chunked, identity", b"\x0bchunked"):
        fault = one_answer(
            target,
            b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\n" + FORM
            + b"Content-Length: 4\r\nTransfer-Encoding: " + encoding + b"\r\n\r\n12\r\n" + HIDDEN)
        if fault:
            return fault
    return None


def length_of_h2_body(target):
    """HTTP/2 with a content-length that is not the body's (RFC 9113, 8.1.1)."""
    connection = target.h2()
    form = [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", b"3")]
    connection.sendall(
        frame(SETTINGS, ACK, 0) + frame(HEADERS, END_HEADERS, 1, request(b"POST", b"/oauth/token", form))
        + frame(DATA, END_STREAM, 1, b"grant_type=refresh_token"))
    data = read_all(connection, 5)
    ok = any(k == HEADERS and payload[:1] == b"\x88" for k, _, _, payload in frames(data))
    return "a body longer than its length was taken" if ok else None


def line_ends_in_h2_fields(target):
    """Fields that would become two on the way to HTTP/1.1."""
    for name, value in ((b"x", b"a\r\nx-evil: 1"), (b"x\r\ny", b"a"), (b"x", b"a\x00b"), (b"X", b"a"), (b"te", b"gzip")):
        connection = target.h2()
        block = request(path=b"/health/live", extra=[(name, value)])
        connection.sendall(frame(SETTINGS, ACK, 0) + frame(HEADERS, 5, 1, block))
        data = read_all(connection, 2)
        if any(k == HEADERS and payload[:1] == b"\x88" for k, _, _, payload in frames(data)) and b"\r\n" in name + value:
            return f"a field with a line end was taken: {name!r}: {value!r}"
        connection.close()
    return None


def odd_paths(target):
    """No address of another form than ours, and no second spelling of one."""
    for path in (b"", b"*", b"//health/live", b"/health/live/", b"/health/../health/live", b"/%68ealth/live",
                 b"http://x/health/live", b"/health/live\x00", b"/" + b"a" * 7000):
        connection = target.h2()
        connection.sendall(frame(SETTINGS, ACK, 0) + frame(HEADERS, 5, 1, request(path=path)))
        data = read_all(connection, 2)
        if any(k == HEADERS and payload[:1] == b"\x88" for k, _, _, payload in frames(data)):
            return f"{path[:40]!r} was answered with success"
        connection.close()
    return None


def upgrade_to_clear_text(target):
    connection = target.h1()
    connection.sendall(
        b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        b"HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
    return "the connection was upgraded" if b"101 " in read_all(connection, 2)[:40] else None


def huge_length(target):
    connection = target.h1()
    connection.sendall(
        b"POST /v1/library/sync HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer " + target.token.encode() + b"\r\nContent-Length: 99999999999\r\n\r\n{")
    answer = read_all(connection, 5)
    return None if b" 413 " in answer[:20] else f"not refused: {answer[:60]!r}"


def huge_headers(target):
    connection = target.h1()
    pieces = [b"GET / HTTP/1.1\r\nHost: localhost\r\n"] + [b"X-%d: " % i + b"x" * 1000 + b"\r\n" for i in range(1000)]
    sent = send_until_closed(connection, pieces, pause=0.001)
    answer = read_all(connection, 3)
    return None if sent < len(pieces) or b" 400 " in answer[:20] or b" 431 " in answer[:20] or not answer else (
        f"a megabyte of header fields was taken: {answer[:60]!r}")


def invented_methods(target):
    connection = target.h2()
    connection.sendall(frame(SETTINGS, ACK, 0))
    for i in range(90):
        connection.sendall(frame(HEADERS, 5, 2 * i + 1, request(b"M%06d" % i)))
    data = read_all(connection, 3)
    taken = sum(1 for k, _, _, payload in frames(data) if k == HEADERS and payload[:1] == b"\x88")
    return f"{taken} invented methods were taken" if taken else None


ALL = [
    mute_tcp, mute_after_handshake_h2, mute_after_handshake_h1, half_a_handshake, not_tls, slow_headers, slow_body,
    slow_body_h2, never_acknowledges, window_zero, hoarded_answers, one_byte_windows, rapid_reset, continuation_flood,
    settings_flood, ping_flood, priority_flood, empty_data_flood, hpack_bomb, length_and_chunks, two_lengths,
    odd_chunking, length_of_h2_body, line_ends_in_h2_fields, odd_paths, upgrade_to_clear_text, huge_length,
    huge_headers, invented_methods,
]
