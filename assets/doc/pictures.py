#!/usr/bin/env python3
"""pictures.py [DIR]: draws the pictures of the README, from keydeck demo.

It builds Keydeck, starts the demo in a tmux of its own, presses the keys of the script
below and writes into DIR (assets/doc/picture): tour.svg, which moves, and one picture of
each screen. Needs Go, tmux and Python 3.9, nothing else.

When a screen changes, run it again and look at what it drew. A step waits until the text
that it names is on the screen; if the text is another one now, change it here.
"""
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

COLUMNS, ROWS = 110, 32
CELL_W, CELL_H = 9, 18  # pixels; whole numbers keep lines and blocks crisp
FONT = 15
BASELINE = 13.5  # of the text in its cell
PAD = 14
CAPTION = 44  # height of the line under the moving picture
PATIENCE = 30  # seconds to wait for a text

BACK, FORE, EDGE = "#16161e", "#d3d5e3", "#3b3f56"
SIXTEEN = ("#32344a #ff8296 #84d99a #efb968 #86b9ff #f09ad8 #5fd4de #d3d5e3 "
           "#686d89 #ff8296 #84d99a #efb968 #86b9ff #a998ff #5fd4de #f4f4fb").split()


# The terminal


class Terminal:
    """keydeck demo in a tmux server of its own."""

    def __init__(self, work, binary):
        conf = work / "tmux.conf"
        conf.write_text(f"set -g status off\nset -g window-style 'bg={BACK},fg={FORE}'\n")
        self.tmux = ["tmux", "-u", "-f", str(conf), "-S", str(work / "tmux")]
        env = "env -u TMUX COLORTERM=truecolor TERM=xterm-256color TZ=UTC"
        self.run("new-session", "-d", "-s", "demo", "-x", str(COLUMNS), "-y", str(ROWS), f"{env} '{binary}' demo --rate 15")

    def run(self, *args):
        return subprocess.run([*self.tmux, *args], check=True, capture_output=True, text=True).stdout

    def press(self, *keys):
        self.run("send-keys", "-t", "demo", *keys)

    def type(self, letter):
        self.run("send-keys", "-t", "demo", "-l", letter)

    def frame(self):
        """The screen as text with escape sequences."""
        return self.run("capture-pane", "-t", "demo", "-p", "-e", "-N")

    def wait(self, pattern, there=True):
        """Waits until the screen has a text of the pattern, or has none."""
        for _ in range(PATIENCE * 20):
            text = self.run("capture-pane", "-t", "demo", "-p")
            if bool(re.search(pattern, text, re.IGNORECASE)) == there:
                return
            time.sleep(0.05)
        sys.exit(f"pictures.py: {pattern!r} is {'not' if there else 'still'} on the screen after {PATIENCE} s:\n{text}")

    def escape(self, pattern):
        """Leaves what shows the pattern. A key right after escape would be alt and that key."""
        self.press("Escape")
        self.wait(pattern, there=False)

    def close(self):
        # The demo removes its directory when it is told to end, not when tmux is.
        pid = subprocess.run([*self.tmux, "list-panes", "-F", "#{pane_pid}"], capture_output=True, text=True).stdout.strip()
        if pid:
            os.kill(int(pid), 15)
            for _ in range(200):
                if subprocess.run([*self.tmux, "has-session"], capture_output=True).returncode:
                    break
                time.sleep(0.05)
        subprocess.run([*self.tmux, "kill-server"], capture_output=True)


# From escape sequences to cells


def colour256(n):
    if n < 16:
        return SIXTEEN[n]
    if n < 232:
        level = lambda v: 55 + 40 * v if v else 0
        n -= 16
        return "#%02x%02x%02x" % (level(n // 36), level(n // 6 % 6), level(n % 6))
    return "#%02x%02x%02x" % ((8 + 10 * (n - 232),) * 3)


PLAIN = {"fg": None, "bg": None, "bold": False, "faint": False, "italic": False, "underline": False, "reverse": False, "strike": False}
SWITCHES = {1: ("bold", True), 2: ("faint", True), 3: ("italic", True), 4: ("underline", True), 7: ("reverse", True), 9: ("strike", True),
            23: ("italic", False), 24: ("underline", False), 27: ("reverse", False), 29: ("strike", False), 39: ("fg", None), 49: ("bg", None)}


def select_graphics(state, parameters):
    """The state after the escape sequence CSI parameters m."""
    p, state = [int(n or 0) for n in re.split("[;:]", parameters)], dict(state)
    while p:
        n = p.pop(0)
        if n == 0:
            state = dict(PLAIN)
        elif n == 22:
            state["bold"] = state["faint"] = False
        elif n in SWITCHES:
            name, value = SWITCHES[n]
            state[name] = value
        elif n in (38, 48):
            kind = p.pop(0)
            if kind == 5:
                colour = colour256(p.pop(0))
            else:
                colour = "#%02x%02x%02x" % tuple(p[:3])
                del p[:3]
            state["fg" if n == 38 else "bg"] = colour
        elif n // 10 in (3, 4, 9, 10) and n % 10 < 8:
            state["fg" if n // 10 in (3, 9) else "bg"] = SIXTEEN[n % 10 + (8 if n >= 90 else 0)]
    return state


def width(char):
    if unicodedata.combining(char) or char in "\u200d\ufe0e\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cells(frame):
    """The rows of a frame: lists of (column, text, cells wide, style)."""
    state, rows = dict(PLAIN), []
    for line in frame.split("\n")[:ROWS]:
        row, column = [], 0
        for found in re.finditer(r"\x1b\[(?P<graphics>[0-9;:]*)m|\x1b\[[0-9;?]*[A-Za-z]|\x1b[()].|[\x0e\x0f]|(?P<char>.)", line):
            if found["graphics"] is not None:
                state = select_graphics(state, found["graphics"])
            elif char := found["char"]:
                if (wide := width(char)) == 0 and row:
                    at, text, before, style = row.pop()
                    row.append((at, text + char, before, style))
                    continue
                row.append((column, char, wide, style_of(state)))
                column += wide
        rows.append(row)
    return rows + [[]] * (ROWS - len(rows))


def style_of(state):
    """(colour, ground, bold, faint, italic, decoration) of a cell."""
    fg, bg = state["fg"] or FORE, state["bg"]
    if state["reverse"]:
        fg, bg = bg or BACK, state["fg"] or FORE
    decoration = " ".join(n for n, on in (("underline", state["underline"]), ("line-through", state["strike"])) if on)
    return fg, bg, state["bold"], state["faint"], state["italic"], decoration


# From cells to SVG. Lines and blocks are drawn, not written: a font's own would not meet.

# Arms of a line from the middle of its cell: up, right, down, left; 1 light, 2 heavy.
LINES = {"─": "0101", "│": "1010", "┌": "0110", "┐": "0011", "└": "1100", "┘": "1001", "├": "1110", "┤": "1011", "┬": "0111", "┴": "1101", "┼": "1111",
         "━": "0202", "┃": "2020", "┏": "0220", "┓": "0022", "┗": "2200", "┛": "2002", "┣": "2220", "┫": "2022", "┳": "0222", "┻": "2202", "╋": "2222",
         "╴": "0001", "╵": "1000", "╶": "0100", "╷": "0010", "╸": "0002", "╹": "2000", "╺": "0200", "╻": "0020",
         "┠": "2120", "┨": "2021", "┝": "1210", "┥": "1012", "╾": "0102", "╼": "0201"}
ROUND = {"╭": "0110", "╮": "0011", "╰": "1100", "╯": "1001"}
DASHES = {"╌": 2, "╍": 2, "┄": 3, "┅": 3, "┈": 4, "┉": 4}


def number(n):
    return f"{n:.2f}".rstrip("0").rstrip(".")


def box(x, y, w, h):
    return f"M{number(x)} {number(y)}h{number(w)}v{number(h)}h{number(-w)}z"


def drawn(char, x):
    """The paths that draw a line or a block at x: filled, and stroked; None if it is to be written."""
    mid_x, mid_y = x + CELL_W / 2, CELL_H / 2
    if char in LINES:
        up, right, down, left = (int(n) for n in LINES[char])
        path = ""
        for weight, shape in ((up, (mid_x, 0, 0, mid_y)), (down, (mid_x, mid_y, 0, mid_y))):
            if weight:
                path += box(shape[0] - weight / 2, shape[1], weight, shape[3])
        for weight, shape in ((left, (x, mid_y, CELL_W / 2)), (right, (mid_x, mid_y, CELL_W / 2))):
            if weight:
                path += box(shape[0], shape[1] - weight / 2, shape[2], weight)
        if (left, right) in ((1, 1), (2, 2)) and not up and not down:
            path = box(x, mid_y - left / 2, CELL_W, left)
        return path, ""
    if char in ROUND:
        up, right, down, left = (int(n) for n in ROUND[char])
        end_x = x + CELL_W if right else x
        end_y = 0 if up else CELL_H
        turn = 4 if right else -4
        bend = 4 if down else -4
        return "", (f"M{number(mid_x)} {end_y}V{number(mid_y + bend)}Q{number(mid_x)} {number(mid_y)} "
                    f"{number(mid_x + turn)} {number(mid_y)}H{number(end_x)}")
    if char in DASHES:
        n, heavy = DASHES[char], 2 if char in "╍┅┉" else 1
        step = CELL_W / n
        return "".join(box(x + i * step + step / 4, mid_y - heavy / 2, step / 2, heavy) for i in range(n)), ""
    code = ord(char[0])
    if 0x2581 <= code <= 0x2588:
        h = CELL_H * (code - 0x2580) / 8
        return box(x, CELL_H - h, CELL_W, h), ""
    if 0x2589 <= code <= 0x258F:
        return box(x, 0, CELL_W * (0x2590 - code) / 8, CELL_H), ""
    if char in "▀▐▔▕":
        shape = {"▀": (x, 0, CELL_W, CELL_H / 2), "▐": (mid_x, 0, CELL_W / 2, CELL_H),
                 "▔": (x, 0, CELL_W, CELL_H / 8), "▕": (x + CELL_W * 7 / 8, 0, CELL_W / 8, CELL_H)}[char]
        return box(*shape), ""
    return None


class Drawing:
    """The parts that the frames of a picture share: rows, and the classes of their cells."""

    def __init__(self):
        self.rows, self.classes = {}, {}

    def style(self, css):
        return self.classes.setdefault(css, f"s{len(self.classes)}")

    def row(self, row):
        """The id of a row, None if it is empty."""
        if not (body := self.body(row)):
            return None
        return self.rows.setdefault(body, f"r{len(self.rows)}")

    def body(self, row):
        grounds, shapes, strokes, texts = [], {}, {}, []
        run = None  # (column, text, cells, style) of the text that is being put together

        def flush():
            nonlocal run
            if run:
                self.write(texts, *run)
            run = None

        for column, char, wide, style in row:
            fg, bg, bold, faint, italic, decoration = style
            if bg:
                if grounds and grounds[-1][0] == bg and grounds[-1][1] + grounds[-1][2] == column:
                    grounds[-1][2] += wide
                else:
                    grounds.append([bg, column, wide])
            css = f"color:{fg}" + (";opacity:.62" if faint else "")
            if paths := drawn(char, column * CELL_W):
                flush()
                for kind, path in zip((shapes, strokes), paths):
                    if path:
                        kind[css] = kind.get(css, "") + path
                continue
            if char == " " and not decoration:
                flush()
                continue
            css += ";font-weight:bold" * bold + ";font-style:italic" * italic + (f";text-decoration:{decoration}" if decoration else "")
            plain = ord(char[0]) < 0x250 and wide == 1
            if run and plain and run[3] == css and run[0] + run[2] == column and ord(run[1][-1]) < 0x250:
                run = (run[0], run[1] + char, run[2] + wide, css)
            else:
                flush()
                run = (column, char, wide, css)
        flush()
        out = [f'<rect class="{self.style("color:" + bg)} k" x="{at * CELL_W}" width="{n * CELL_W}" height="{CELL_H}"/>' for bg, at, n in grounds]
        out += [f'<path class="{self.style(css)} k" d="{merge(d)}"/>' for css, d in shapes.items()]
        out += [f'<path class="{self.style(css)} l" d="{d}"/>' for css, d in strokes.items()]
        return "".join(out + texts)

    def write(self, texts, column, text, wide, css):
        x, length = column * CELL_W, wide * CELL_W
        texts.append(f'<text class="{self.style(css)}" x="{x}" y="{BASELINE}" textLength="{length}">{html.escape(text, quote=False)}</text>')

    def frame(self, frame):
        """The ids of the rows of a frame, by their number."""
        return tuple((y, name) for y, row in enumerate(cells(frame)) if (name := self.row(row)))

    def uses(self, frame):
        return "".join(f'<use href="#{name}" y="{y * CELL_H}"/>' for y, name in frame)

    def svg(self, title, height, css, body):
        w, h = COLUMNS * CELL_W + 2 * PAD, ROWS * CELL_H + 2 * PAD + height
        styles = "".join(f".{name}{{{css}}}" for css, name in self.classes.items())
        rows = "".join(f'<g id="{name}">{body}</g>\n' for body, name in self.rows.items())
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img">\n<title>{html.escape(title)}</title>\n'
                f'<style>text{{font:{FONT}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;white-space:pre}}'
                f'text,.k{{fill:currentColor}}.k{{shape-rendering:crispEdges}}.l{{fill:none;stroke:currentColor}}{styles}{css}</style>\n'
                f'<rect x=".5" y=".5" width="{w - 1}" height="{h - 1}" rx="9" fill="{BACK}" stroke="{EDGE}"/>\n'
                f'<defs>\n{rows}</defs>\n{body}\n</svg>\n')


def merge(path):
    """Joins boxes that stand side by side."""
    out = []
    for x, y, w, h in re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z", path):
        x, w = float(x), float(w)
        if out and out[-1][1:] == [y, h] and abs(out[-1][0][0] + out[-1][0][1] - x) < 0.01:
            out[-1][0][1] += w
        else:
            out.append([[x, w], y, h])
    return "".join(box(x, float(y), w, float(h)) for (x, w), y, h in out)


def still(title, frame):
    drawing = Drawing()
    rows = drawing.frame(frame)
    return drawing.svg(title, 0, "", f'<g transform="translate({PAD} {PAD})">{drawing.uses(rows)}</g>')


class Film:
    """The frames of the moving picture, each with the seconds it is shown and its caption."""

    def __init__(self, terminal):
        self.terminal, self.shots, self.caption = terminal, [], ("", "")

    def say(self, keys, words):
        self.caption = (keys, words)

    def hold(self, seconds):
        """Takes the screen, and lets it be for as long as the film will show it."""
        self.shots.append([self.terminal.frame(), self.caption, seconds])
        time.sleep(seconds)

    def live(self, seconds, step=0.25):
        """Films what goes on, at the speed at which it goes on."""
        for _ in range(round(seconds / step)):
            self.hold(step)

    def type(self, text):
        for letter in text:
            self.terminal.type(letter)
            time.sleep(0.05)
            self.hold(0.09)

    def svg(self, title, poster):
        """poster is the number of the shot that stands for the film where nothing may move."""
        drawing, frames = Drawing(), []
        for frame, caption, seconds in self.shots:
            key = (drawing.frame(frame), caption)
            if frames and frames[-1][0] == key:
                frames[-1][1] += seconds
            else:
                frames.append([key, seconds])
        frame, caption, _ = self.shots[poster]
        poster = [key for key, _ in frames].index((drawing.frame(frame), caption))
        total = sum(seconds for _, seconds in frames)
        css, moving, body, at = [".f{visibility:hidden}", f"#f{poster}{{visibility:visible}}"], [], [], 0
        for i, ((rows, caption), seconds) in enumerate(frames):
            begin, end = (number(100 * t / total) for t in (at, at + seconds))
            at += seconds
            hidden = "" if i == 0 else "0%{visibility:hidden}"
            moving.append(f"@keyframes k{i}{{{hidden}{begin}%{{visibility:visible}}{end}%,to{{visibility:hidden}}}}"
                          if i < len(frames) - 1 else f"@keyframes k{i}{{{hidden}{begin}%,to{{visibility:visible}}}}")
            moving.append(f"#f{i}{{animation:k{i} {number(total)}s step-end infinite}}")
            body.append(f'<g class="f" id="f{i}">{drawing.uses(rows)}{words(*caption)}</g>')
        css.append("@media (prefers-reduced-motion:no-preference){" + "".join(moving) + "}")
        css.append(".w{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;fill:#f4f4fb}.h{fill:#a998ff;font-weight:bold}")
        return drawing.svg(title, CAPTION, "".join(css), f'<g transform="translate({PAD} {PAD})">' + "\n".join(body) + "</g>"), total


def words(keys, text):
    """The line under a frame: what is pressed, and what for."""
    y = ROWS * CELL_H + 13
    out, x = f'<path d="M{-PAD} {y - 4.5}h{COLUMNS * CELL_W + 2 * PAD}" stroke="{EDGE}"/>', 4
    for key in keys.split():
        w = len(key) * CELL_W + 14
        out += (f'<rect x="{x}" y="{y + 8}" width="{w}" height="24" rx="5" fill="#2a2c3e"/>'
                f'<text class="h" x="{x + 7}" y="{y + 25}" textLength="{len(key) * CELL_W}">{html.escape(key)}</text>')
        x += w + 8
    return out + f'<text class="w" x="{x + 4}" y="{y + 25}">{html.escape(text)}</text>'


# The script


def tour(terminal):
    """Presses the keys; returns the film, the number of the shot that stands for it, and
    title and frame of each screen's picture."""
    film, stills = Film(terminal), {}
    film.say("1", "What needs you, who calls and how often, in all projects")
    terminal.wait("Busiest routes")
    film.live(2.5, 0.5)
    stills["overview"] = ("The overview: what needs you, the last hour, the busiest keys and routes", terminal.frame())

    film.say("3", "Every request as it arrives, and why it was refused")
    terminal.press("3")
    terminal.wait("following")
    film.live(3)
    terminal.press("/")
    terminal.wait("enter search")
    terminal.type("revoked")
    terminal.press("Enter")
    terminal.wait("match 1")
    terminal.press("Enter")
    terminal.wait(r"why +.*revoked")
    stills["requests"] = ("The requests, with the details of one that was refused", terminal.frame())

    film.say("2 p", "The credentials of all projects, and of one")
    terminal.press("2")
    terminal.wait("PROJECT")
    film.hold(1)
    terminal.press("p")
    film.type("store")
    terminal.press("Enter")
    terminal.wait("Storefront › Credentials")
    terminal.wait("web shop")
    film.hold(1)

    film.say("n", "Issue an API key")
    terminal.press("n")
    terminal.wait("Issue a credential")
    film.hold(0.6)
    film.type("checkout")
    film.hold(0.5)
    terminal.press("Enter")
    terminal.wait("New API key: checkout")
    film.hold(1.6)

    film.say("t", "Use it: its first call gets a token")
    terminal.press("t")
    terminal.wait("it works")
    film.hold(2)

    film.say("T", "Take the token apart, on this machine")
    terminal.press("T")
    terminal.wait("Claims")
    film.hold(1.6)
    film.say("enter", "Ask the server: who signed it, and is it accepted?")
    terminal.press("Enter")
    terminal.wait("accepted by this server")
    film.hold(2)
    poster = len(film.shots) - 1
    stills["tokens"] = ("A token taken apart: its header, its claims, what is weak in it, and the server's verdict", terminal.frame())
    film.say("T", "See what each route would answer to it")
    terminal.press("T")
    terminal.wait("accepted on")
    film.hold(1.8)

    film.say("x", "Revoke the key")
    terminal.escape("accepted on")
    terminal.press("2")
    terminal.wait("of .*· by")
    terminal.press("Home")
    terminal.wait("▌checkout")
    film.hold(0.7)
    terminal.press("x")
    terminal.wait("Type checkout")
    film.hold(0.9)
    film.type("checkout")
    terminal.press("Enter")
    terminal.wait("checkout .*revoked")
    film.hold(1.2)
    stills["credentials"] = ("The credentials of a project: scopes, last use, expiry, state", terminal.frame())

    film.say("4 enter", "Ask again: the token is refused now, as is every request with the key")
    terminal.press("4")
    terminal.wait("Claims")
    terminal.press("Enter")
    terminal.wait("refused")
    film.hold(3)

    terminal.press("5")
    terminal.wait("Internal tools")
    stills["projects"] = ("The projects", terminal.frame())
    return film, poster, stills


def main():
    root = Path(__file__).resolve().parents[2]
    out = Path(sys.argv[1] if len(sys.argv) > 1 else root / "assets/doc/picture").resolve()
    out.mkdir(parents=True, exist_ok=True)
    for tool in ("go", "tmux"):
        if not shutil.which(tool):
            sys.exit(f"pictures.py: needs {tool}")
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        subprocess.run(["go", "build", "-trimpath", "-o", str(work / "keydeck"), "."], cwd=root, check=True)
        terminal = Terminal(work, work / "keydeck")
        try:
            terminal.wait("Busiest routes")
            time.sleep(10)  # rates are those of the last ten seconds
            film, poster, stills = tour(terminal)
        finally:
            terminal.close()
    svg, seconds = film.svg("Keydeck: watch requests, issue a key, use it, look at its token, revoke it", poster)
    pictures = {"tour": svg, **{name: still(*picture) for name, picture in stills.items()}}
    for name, svg in pictures.items():
        (out / f"{name}.svg").write_text(svg, encoding="utf-8")
        print(f"{out}/{name}.svg: {len(svg.encode()) // 1000} kB" + (f", {seconds:.1f} s" if name == "tour" else ""))


if __name__ == "__main__":
    main()
