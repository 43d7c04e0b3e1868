"""Drives the real program on a pseudo-terminal against the real server, and looks at what a terminal would show.

    drive.py BINARIES REPOSITORY [SCENARIO…]

Prints one line for each scenario, "ok NAME" or "FAILED NAME: why", and ends with 1 if one failed.
"""

import fcntl
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback

import pexpect
import pyte

BINARIES = os.path.abspath(sys.argv[1])
REPOSITORY = os.path.abspath(sys.argv[2])
STORYLINE = os.path.join(BINARIES, "storyline")
# Only to end a test that fails: nothing is expected to take so long.
PATIENCE = 30
LEAVE = b"\x1b[?1049l"
STRINGS = re.compile(rb"\x1b\]8;;[^\x1b]*\x1b\\|\x1b_G[^\x1b]*\x1b\\|\x1b\[\?\d+\$p")
BEGINNING = re.compile(rb"(\x1b(\]8?;?;?[^\x1b]*\x1b?|_[^\x1b]*\x1b?|\[[?\d;$]*)?)?$")


class Terminal:
    """A program on a pseudo-terminal, and the screen as a terminal emulator shows it."""

    def __init__(self, command, size=(80, 24), env=None):
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.waiting = b""
        environment = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **(env or {})}
        environment.pop("NO_COLOR", None) if not (env and "NO_COLOR" in env) else None
        self.child = pexpect.spawn(
            command[0], command[1:], dimensions=(size[1], size[0]), env=environment, timeout=PATIENCE)

    def pump(self, wait):
        try:
            data = self.child.read_nonblocking(65536, timeout=wait)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            return None
        self.raw += data
        # Strings for the terminal itself are not drawn, and pyte does not know all of their endings. What is read may
        # end in the middle of one: then its beginning waits for the rest.
        data = STRINGS.sub(b"", self.waiting + data)
        self.waiting = BEGINNING.search(data).group()
        self.stream.feed(data[:len(data) - len(self.waiting)])
        return True

    @property
    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)

    def until(self, condition, what):
        end = time.monotonic() + PATIENCE
        while not condition(self):
            if self.pump(0.2) is None and not condition(self):
                raise AssertionError(f"the program ended before {what}\n{self.text}")
            if time.monotonic() > end:
                raise AssertionError(f"never saw {what}\n{self.text}")

    def see(self, *words):
        for word in words:
            self.until(lambda t: word in t.text, repr(word))

    def gone(self, word):
        self.until(lambda t: word not in t.text, f"no {word!r}")

    def press(self, keys):
        self.child.send(keys)

    def processed(self):
        """Until every key that was pressed so far is done: keys are taken one after the other, and this is one more."""
        bottom = self.screen.lines - 1
        self.press(":")
        self.until(lambda t: t.screen.display[bottom].startswith(" :"), "the command line")
        self.press("\x07")
        self.until(lambda t: not t.screen.display[bottom].startswith(" :"), "the end of the command line")

    def resize(self, columns, rows):
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def ended(self):
        while self.pump(0.5) is not None:
            pass
        self.child.wait()
        return self.child.exitstatus


class World:
    """A server with the story of the repository, and two devices of one reader."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="storyline-pty-")
        self.server = None
        self.port = 0
        self.admin("certificate", "--directory", self.path("tls"))
        self.admin("apply", os.path.join(REPOSITORY, "seeds/ukraine-nato"), "--database", self.path("db.sqlite"))
        made = self.admin("invite", "--devices", "2", "--json", "--database", self.path("db.sqlite"))
        invite = json.loads(made)["invite"]
        self.start()
        for home in ("first", "second"):
            self.run("login", f"https://localhost:{self.port}", "--ca", self.path("tls/ca.pem"), home=home, input=invite)
            self.run("sync", home=home)

    def path(self, name):
        return os.path.join(self.folder, name)

    def admin(self, *arguments):
        tool = os.path.join(BINARIES, "storyline-admin")
        return subprocess.run([tool, *arguments], check=True, capture_output=True, text=True).stdout

    def run(self, *arguments, home="first", input=None, check=True, env=None):
        return subprocess.run(
            [STORYLINE, *arguments, "--home", self.path(home)], check=check, capture_output=True, text=True,
            input=input, env={**os.environ, **(env or {})})

    def articles(self, *arguments, home="first"):
        return json.loads(self.run("articles", "--json", *arguments, home=home).stdout)["articles"]

    def keys_to(self, article):
        """What opens the article from the top of the list."""
        return "j" * [a["id"] for a in self.articles()].index(article) + "\r"

    def start(self):
        log = open(self.path("server.log"), "ab")
        start = log.tell()
        self.server = subprocess.Popen(
            [os.path.join(BINARIES, "storylined"), "--database-path", self.path("db.sqlite"),
             "--listen-port", str(self.port), "--tls-certificate", self.path("tls/server.pem"),
             "--tls-key", self.path("tls/server.key")], stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with open(self.path("server.log"), "rb") as read:
                read.seek(start)
                found = re.search(rb"listening on https://127.0.0.1:(\d+)", read.read())
            if found:
                self.port = int(found.group(1))
                return
            assert self.server.poll() is None, "the server did not start"
            time.sleep(0.05)
        raise AssertionError("the server never listened")

    def stop(self):
        if self.server:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait()
            self.server = None

    def app(self, size=(80, 24), home="first", env=None, *arguments):
        """The app behind the tour, which a new account sees once."""
        terminal = Terminal([STORYLINE, *arguments, "--home", self.path(home)], size, env)
        terminal.until(lambda t: "Where things stand" in t.text or "Welcome" in t.text, "the first screen")
        if "Welcome" in terminal.text:
            terminal.press("x")
            terminal.gone("Welcome")
        return terminal

    def shell(self, size=(80, 24)):
        """The app under a shell that controls jobs."""
        terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], size, {"PS1": "ready> ", "SWIFT_BACKTRACE": "enable=no"})
        terminal.see("ready>")
        terminal.press(f"{STORYLINE} --home {self.path('first')}\r")
        terminal.see("Where things stand")
        return terminal


def usable(terminal):
    """The shell's terminal is as it was: lines, echo, its own screen, a cursor."""
    assert LEAVE in terminal.raw and b"\x1b[?25h" in terminal.raw.split(LEAVE)[0][-200:], "the screen was not given back"
    assert b"\x1b[?1000l" in terminal.raw and b"\x1b[?2004l" in terminal.raw, "mouse or paste were left on"
    terminal.screen.reset()
    terminal.press("stty -a | tr ' ;' '\\n\\n' | grep -xE -- '-?(icanon|echo|isig)' | tr '\\n' ' '; echo d''one\r")
    terminal.see("done")
    assert "icanon" in terminal.text and not re.search(r"-(icanon|echo|isig)\b", terminal.text), terminal.text


def tour_once(world):
    first = Terminal([STORYLINE, "--home", world.path("first")])
    first.see("Welcome", "? shows the keys")
    first.press("x")
    first.gone("Welcome")
    first.press("q")
    assert first.ended() == 0
    second = Terminal([STORYLINE, "--home", world.path("first")])
    second.see("Where things stand")
    assert "Welcome" not in second.text
    second.press("q")
    assert second.ended() == 0


def reading_and_marking(world):
    app = world.app()
    app.press("3")
    app.see(f"1/{len(world.articles())}")
    app.press(world.keys_to("2024-12-03-ministers-meet"))
    app.see("NATO ministers open", "¶ ")
    app.press(" ")
    app.gone("Storyline desk ·")
    app.press("G")
    app.see("100 %")
    app.press("h*")
    app.see("Saved.")
    app.press("7")
    app.see("★")
    app.press("q")
    assert app.ended() == 0
    article = next(a for a in world.articles() if a["id"] == "2024-12-03-ministers-meet")
    assert article["isRead"] and article["isSaved"], article
    world.run("sync", home="second")
    article = next(a for a in world.articles(home="second") if a["id"] == "2024-12-03-ministers-meet")
    assert article["isRead"], "the other device does not know"


def undo(world):
    app = world.app()
    before = [a["id"] for a in world.articles("--unread")]
    app.press("A")
    app.see("Everything is marked read")
    app.press("u")
    app.see("Undone")
    app.press("\x12")
    app.see("Done again")
    app.press("u")
    app.see("Undone")
    app.press("q")
    assert app.ended() == 0
    assert [a["id"] for a in world.articles("--unread")] == before and before


def search(world):
    app = world.app()
    app.press("/")
    app.see("Search:")
    app.press("irreversible\r")
    app.see("irreversible ·")
    app.gone("Search:")
    app.processed()
    app.press("\r")
    app.see("¶ ")
    app.press("q/zzyzx\r")
    app.see("Nothing found")
    app.press("Q")
    assert app.ended() == 0


def resize_while_reading(world):
    app = world.app()
    app.press("3")
    app.see(f"1/{len(world.articles())}")
    app.press(world.keys_to("2024-12-03-ministers-meet"))
    app.see("Kyiv wants a promise")
    app.press("j" * 12)
    app.processed()
    assert "Kyiv wants a promise" not in app.text
    words = next(line.split() for line in app.text.split("\n")[3:] if len(line.split()) > 3)[:2]
    for size in ((40, 24), (200, 60), (120, 40), (80, 24)):
        app.resize(*size)
        app.see(" ".join(words))
        assert max(len(line) for line in app.text.split("\n")) <= size[0]
    app.resize(20, 5)
    app.see("Too small")
    app.resize(80, 24)
    app.see(" ".join(words))
    app.press("qq")
    assert app.ended() == 0


def stop_and_go_on(world):
    terminal = world.shell()
    terminal.press("\x1a")
    terminal.see("Stopped")
    usable(terminal)
    terminal.screen.reset()
    terminal.press("fg\r")
    terminal.see("1 Now")
    terminal.press("2")
    terminal.see("Ukraine declares independence")
    terminal.press("q")
    terminal.see("ready>")
    usable(terminal)


def killed(number):
    def scenario(world):
        terminal = world.shell()
        found = subprocess.run(["pgrep", "-P", str(terminal.child.pid)], capture_output=True, text=True)
        os.kill(int(found.stdout.split()[0]), number)
        terminal.until(lambda t: LEAVE in t.raw, "the end")
        usable(terminal)

    return scenario


def corrected_while_open(world):
    """The editor corrects the article that is on the screen, and then takes it back."""
    story = world.path("story")
    shutil.copytree(os.path.join(REPOSITORY, "seeds/ukraine-nato"), story)
    file = os.path.join(story, "articles/2024-12-04-brussels-ends.md")
    with open(file) as read:
        text = read.read()
    assert "put it differently: allies" in text
    app = world.app()
    app.press(":open 2024-12-04\r")
    app.see("Brussels meeting ends", "Space on")
    app.press("/differently\r")
    app.see("put it differently")
    with open(file, "w") as write:
        write.write(text.replace("put it differently: allies", "saw it otherwise: allies"))
    world.admin("apply", story, "--database", world.path("db.sqlite"), "--note", "She was quoted too loosely.")
    app.see("It was corrected just now", "saw it otherwise")
    app.press("d")
    app.see("What was changed", "put saw it differently")
    app.press("Q")
    assert app.ended() == 0
    # Another visit, and nobody has said that he had caught up: what was changed can still be seen.
    again = world.app()
    again.press(":open 2024-12-04\r")
    again.see("Space on")
    again.press("d")
    again.see("What was changed", "put saw it differently")
    again.press("Q")
    assert again.ended() == 0


def network_pulled(world):
    app = world.app()
    app.press("3")
    app.see(f"1/{len(world.articles())}")
    world.stop()
    app.press("jm")
    app.see("Marked")
    app.see("1 waiting", "offline since")
    app.press("s")
    app.see("Trying to reach the service", "offline since")
    # Everything goes on without the server.
    app.press("2")
    app.see("Ukraine declares independence")
    app.press("/Vilnius\r")
    app.see("Vilnius ·")
    world.start()
    app.press("s")
    app.gone("waiting")
    app.gone("offline")
    app.press("Q")
    assert app.ended() == 0
    assert json.loads(world.run("status", "--json").stdout)["replica"]["pending"] == 0


def without_colour(world):
    app = world.app(env={"NO_COLOR": "1"})
    app.press("3")
    app.see(f"1/{len(world.articles())}")
    app.press("q")
    assert app.ended() == 0
    codes = {code for found in re.findall(rb"\x1b\[([\d;]*)m", app.raw) for code in found.split(b";")}
    assert codes <= {b"0", b"1", b"2", b"3", b"4", b"7", b"9", b""}, codes


def mouse(world):
    app = world.app()
    app.press("\x1b[<0;25;2M")
    app.see(f"1/{len(world.articles())}")
    app.press("\x1b[<65;20;9M")
    app.see(f"2/{len(world.articles())}")
    app.press("\x1b[<0;12;5M\x1b[<0;12;5m\x1b[<0;12;5M")
    app.see("¶ ")
    app.press("\x1b[<2;12;5M")
    app.gone("¶ ")
    app.press("q")
    assert app.ended() == 0


def plain_where_no_terminal_is(world):
    plain = world.run()
    assert "Where things stand" in plain.stdout and "\x1b" not in plain.stdout
    dumb = Terminal([STORYLINE, "--home", world.path("first")], env={"TERM": "dumb"})
    assert dumb.ended() == 1
    assert b"TERM=dumb cannot show a full screen" in dumb.raw and b"\x1b" not in dumb.raw, dumb.raw


def wrong_permissions(world):
    path = world.path("first/credentials.json")
    os.chmod(path, 0o644)
    try:
        app = Terminal([STORYLINE, "--home", world.path("first")])
        assert app.ended() == 1
        assert b"chmod 600" in app.raw, app.raw
    finally:
        os.chmod(path, 0o600)


def copy_of_home(world, name):
    """A folder like that of the first device, to be spoiled."""
    shutil.copytree(world.path("first"), world.path(name))
    return world.path(name) + "/replica.sqlite"


def damaged_copy(world):
    path = copy_of_home(world, "hurt")
    kept = world.articles("--limit", "1", home="hurt")[0]["id"]
    world.run("save", kept, home="hurt")
    saved = [a["id"] for a in world.articles("--saved", home="hurt")]
    assert kept in saved
    with sqlite3.connect(path) as database:
        page = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'content'").fetchone()[0]
        size = database.execute("PRAGMA page_size").fetchone()[0]
    with open(path, "r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)
    refused = world.run("articles", home="hurt", check=False)
    assert refused.returncode == 1 and "storyline repair" in refused.stderr, refused
    no = Terminal([STORYLINE, "--home", world.path("hurt")])
    no.see("Repair it now?")
    no.press("n\r")
    assert no.ended() == 1
    assert b"left as it is" in no.raw and b"\x1b[?1049h" not in no.raw, no.raw
    app = Terminal([STORYLINE, "--home", world.path("hurt")])
    app.see("Repair it now?")
    app.press("\r")
    app.see("Where things stand")
    app.press("7")
    app.see("★")
    app.press("q")
    assert app.ended() == 0
    assert [a["id"] for a in world.articles("--saved", home="hurt")] == saved
    assert [name for name in os.listdir(world.path("hurt")) if name.startswith("replica.sqlite.damaged-")]


def newer_copy(world):
    path = copy_of_home(world, "newer")
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 999")
    with open(path, "rb") as file:
        before = file.read()
    app = Terminal([STORYLINE, "--home", world.path("newer")])
    assert app.ended() == 1
    assert b"use a newer program" in app.raw and b"\x1b" not in app.raw, app.raw
    with open(path, "rb") as file:
        assert file.read() == before


def broken_config(world):
    path = world.path("config.toml")
    with open(path, "w") as file:
        file.write('theme = "drak"\nmouse = false\n[keys]\nsync = "Z"\nquit = ["ctrl-x ctrl-c", "q"]\n')
    app = Terminal([STORYLINE, "--home", world.path("first")], (100, 24), {"STORYLINE_CONFIG": path})
    app.see("Where things stand", "config.toml:1: theme is", "storyline config check")
    assert b"\x1b[?1000h" not in app.raw
    app.press("?")
    app.see("Help ·")
    app.press("sync")
    app.see("Z  ")
    app.press("\x1b")
    app.gone("Help")
    app.press("\x18\x03")
    assert app.ended() == 0


def plain_locale(world):
    app = world.app(env={"LANG": "C", "LC_ALL": "C"})
    app.press("/")
    app.see("Search:")
    app.press("київ")
    app.see("Search: київ")
    app.press("\x1b")
    app.gone("Search:")
    app.press("3")
    app.see("1/")
    app.press("Q")
    assert app.ended() == 0
    german = world.app(env={"LC_ALL": "de_DE.UTF-8"})
    german.press("2")
    german.see("24. August 1991")
    german.press("q")
    assert german.ended() == 0


def wheel_in_tmux(world):
    socket = world.path("tmux")
    command = f"TERM=xterm-256color {STORYLINE} demo"
    app = Terminal(
        ["tmux", "-S", socket, "-f", "/dev/null", "new-session", command, ";", "set", "-g", "mouse", "on"],
        env={"TERM": "xterm-256color", "TMUX": ""})
    app.see("Welcome")
    app.press("x")
    app.gone("Welcome")
    app.press("3")
    app.see(" 1/")
    # The wheel turns the list, and does not scroll tmux's own pages.
    app.press("\x1b[<65;20;9M")
    app.see(" 2/")
    app.press("\x1b[<64;20;9M")
    app.see(" 1/")
    app.press("Q")
    app.ended()


def linear(world):
    app = Terminal([STORYLINE, "--linear", "--home", world.path("first")])
    app.see("Say help for the commands", ">")
    app.press("unread\r")
    app.see("1. ")
    app.press("1\r")
    app.see("End of the article.")
    app.press("undo\r")
    app.see("Undone")
    app.press("quit\r")
    assert app.ended() == 0
    assert b"\x1b" not in app.raw, app.raw


def marks_of_another_program(world):
    app = world.app()
    app.press("7")
    app.see("7 Saved")
    article = next(a for a in world.articles() if not a["isSaved"])
    assert article["headline"][:20] not in app.text
    world.run("save", article["id"])
    # Without a key.
    app.see(article["headline"][:20])
    world.run("unsave", article["id"])
    app.gone(article["headline"][:20])
    app.press("q")
    assert app.ended() == 0


def in_use(replica):
    with open(replica + ".lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
        except BlockingIOError:
            return True


def another_account(world):
    made = world.admin("invite", "--json", "--database", world.path("db.sqlite"))
    invite = json.loads(made)["invite"]
    work = ["--profile", "work"]
    world.run("login", f"https://localhost:{world.port}", "--ca", world.path("tls/ca.pem"), *work, input=invite)
    world.run("sync", *work)
    app = world.app((80, 24), "first", None, *work)
    app.press(":profile nobody\r")
    app.see("There is no profile “nobody”")
    app.press(":profile\r")
    app.see("Accounts", "work · https://localhost", "open now", "(none) · https://localhost")
    app.press("\x1b")
    app.gone("Accounts")
    app.press("3")
    app.see(f"1/{len(world.articles())}")
    app.press("GA")
    app.see("Everything is marked read")
    app.press(":prof\t (no\t\r")
    app.see("Now with the account without a name.", "Where things stand")
    # The other copy is closed: whoever wants it alone can have it. The one on the screen is not.
    assert not in_use(world.path("first/profiles/work/replica.sqlite")) and in_use(world.path("first/replica.sqlite"))
    article = next(a["id"] for a in world.articles() if not a["isSaved"])
    app.press(f":open {article}\r")
    app.see("¶ ")
    app.press("*")
    app.see("Saved.")
    app.press(":profile work\r")
    app.see("Now with the profile “work”.")
    app.press("7")
    app.see("Nothing saved yet.")
    app.press("q")
    assert app.ended() == 0
    usable_again = app.raw.split(LEAVE)
    assert len(usable_again) == 2, "the screen was given back more than once, or never"
    assert not world.articles("--unread", *work) and world.articles("--unread")
    world.run("sync")
    assert article in [a["id"] for a in world.articles("--saved")], "what was saved in the first account is gone"


def asked_about_images(world):
    # Nothing in the environment tells of kitty; the terminal answers in two pieces, the second one late.
    app = world.app(env={"KITTY_WINDOW_ID": "", "TERM_PROGRAM": "", "TMUX": ""})
    app.until(lambda t: b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\" in t.raw, "the question")
    app.press("3")
    app.see(" 1/")
    app.press("\x1b_Gi=31;O")
    time.sleep(0.3)  # Longer than an Esc waits for its sequence.
    app.press("K\x1b\\j")
    # No letter of the answer was a key: G would have gone to the end.
    app.see(f" 2/{len(world.articles())}")
    app.press("q")
    assert app.ended() == 0
    silent = world.app(env={"TMUX": "/tmp/some,1,0"})
    silent.press("q")
    assert silent.ended() == 0
    assert b"\x1b_G" not in silent.raw


def too_small(world):
    app = Terminal([STORYLINE, "--home", world.path("first")], (20, 4))
    app.see("Too small")
    app.press("q")
    assert app.ended() == 0


def demo(world):
    app = Terminal([STORYLINE, "demo"])
    app.see("Welcome")
    app.press("x3")
    app.see("demo", f"1/{len(world.articles())}")
    app.press("q")
    assert app.ended() == 0


SCENARIOS = [
    ("tour once", tour_once), ("reading and marking", reading_and_marking), ("undo", undo),
    ("search", search), ("resize while reading", resize_while_reading), ("stop and go on", stop_and_go_on),
    ("kill -TERM", killed(signal.SIGTERM)), ("kill -HUP", killed(signal.SIGHUP)),
    ("crash SEGV", killed(signal.SIGSEGV)), ("crash ABRT", killed(signal.SIGABRT)),
    ("crash ILL", killed(signal.SIGILL)), ("without colour", without_colour), ("mouse", mouse),
    ("plain where no terminal is", plain_where_no_terminal_is), ("wrong permissions", wrong_permissions),
    ("damaged copy", damaged_copy), ("newer copy", newer_copy), ("broken config", broken_config),
    ("too small", too_small), ("plain locale", plain_locale), ("wheel in tmux", wheel_in_tmux),
    ("linear", linear), ("demo", demo), ("asked about images", asked_about_images), ("marks of another program", marks_of_another_program), ("another account", another_account), ("corrected while open", corrected_while_open), ("network pulled", network_pulled),
]


def main():
    wanted = sys.argv[3:]
    world = World()
    failed = False
    try:
        for name, scenario in SCENARIOS:
            if wanted and name not in wanted:
                continue
            try:
                scenario(world)
                print("ok", name, flush=True)
            except Exception as error:
                failed = True
                print(f"FAILED {name}: {error}", flush=True)
                traceback.print_exc()
    finally:
        world.stop()
        shutil.rmtree(world.folder, ignore_errors=True)
    sys.exit(1 if failed else 0)


main()
