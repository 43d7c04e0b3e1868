"""Just enough of TLS, HTTP/1.1 and HTTP/2 to break their rules on purpose. Standard library only."""

import socket
import ssl
import struct
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RESET, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
END_STREAM, END_HEADERS, ACK = 1, 4, 1


class Target:
    """The service under attack: where it is and whom to trust."""

    def __init__(self, port, authority, token=None):
        self.port = port
        self.authority = authority
        self.token = token

    def tcp(self, timeout=10):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def tls(self, protocol, timeout=10):
        context = ssl.create_default_context(cafile=self.authority)
        context.set_alpn_protocols([protocol])
        return context.wrap_socket(self.tcp(timeout), server_hostname="localhost")

    def h1(self, timeout=10):
        return self.tls("http/1.1", timeout)

    def h2(self, settings=b"", timeout=10):
        connection = self.tls("h2", timeout)
        connection.sendall(PREFACE + frame(SETTINGS, 0, 0, settings))
        return connection


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def setting(name, value):
    return struct.pack(">HI", name, value)


def literal(name, value):
    """One header field without indexing or Huffman coding (RFC 7541, 6.2.2)."""
    return b"\x00" + number(len(name), 7) + name + number(len(value), 7) + value


def number(value, bits):
    """An integer with a prefix of so many bits (RFC 7541, 5.1)."""
    most = (1 << bits) - 1
    if value < most:
        return bytes([value])
    encoded = bytearray([most])
    value -= most
    while value >= 128:
        encoded.append(value % 128 + 128)
        value //= 128
    encoded.append(value)
    return bytes(encoded)


def request(method=b"GET", path=b"/health/live", extra=()):
    fields = [(b":method", method), (b":scheme", b"https"), (b":path", path), (b":authority", b"localhost")]
    return b"".join(literal(name, value) for name, value in fields + list(extra))


def seconds_open(connection, patience):
    """How long until the peer closes; None if it has not within `patience` seconds."""
    start = time.monotonic()
    connection.settimeout(0.25)
    while time.monotonic() - start < patience:
        try:
            if not connection.recv(65536):
                return time.monotonic() - start
        except (TimeoutError, ssl.SSLWantReadError):
            continue
        except OSError:
            return time.monotonic() - start
    return None


def send_until_closed(connection, pieces, pause=0.0):
    """Sends piece after piece; how many were sent before the peer closed, or all."""
    sent = 0
    try:
        for piece in pieces:
            connection.sendall(piece)
            sent += 1
            if pause:
                time.sleep(pause)
    except OSError:
        pass
    return sent


def read_all(connection, patience):
    """What comes until the peer closes or `patience` seconds have passed."""
    start = time.monotonic()
    connection.settimeout(0.25)
    data = b""
    while time.monotonic() - start < patience:
        try:
            piece = connection.recv(65536)
        except (TimeoutError, ssl.SSLWantReadError):
            continue
        except OSError:
            break
        if not piece:
            break
        data += piece
    return data


def frames(data):
    """The frames in what was read: (kind, flags, stream, payload)."""
    while len(data) >= 9:
        length = int.from_bytes(data[:3], "big")
        if len(data) < 9 + length:
            return
        yield data[3], data[4], int.from_bytes(data[5:9], "big") & 0x7FFFFFFF, data[9 : 9 + length]
        data = data[9 + length :]
