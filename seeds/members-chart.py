#!/usr/bin/env python3
"""Draws ukraine-nato/media/nato-members.png: how many members NATO had, by the accession dates of actors.yaml.

Usage: members-chart.py [UNTIL]      (a day; what came later is left out; default 2023-04-05)
Needs Pillow and PyYAML, and the DejaVu fonts.
"""

import pathlib
import sys
from datetime import date

import yaml
from PIL import Image, ImageDraw, ImageFont

FOLDER = pathlib.Path(__file__).parent / "ukraine-nato"
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 960, 480, 56, 40, 64, 48
INK, FAINT, FILL = (32, 40, 56), (176, 184, 196), (0, 77, 152)


def accessions(until):
    with open(FOLDER / "actors.yaml", encoding="utf-8") as file:
        actors = yaml.safe_load(file)
    days = [m["since"] for a in actors for m in a.get("memberOf", []) if m["actor"] == "nato" and a["type"] == "country"]
    return sorted(day for day in days if day <= until)


def main():
    until = sys.argv[1] if len(sys.argv) > 1 else "2023-04-05"
    days = accessions(until)
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    text, large = ImageFont.truetype(FONT, 16), ImageFont.truetype(FONT, 22)
    first, last = 1949, date.fromisoformat(until).year + 1

    def x(day):
        moment = date.fromisoformat(day)
        years = moment.year + (moment.timetuple().tm_yday - 1) / 365.25 - first
        return LEFT + round(years / (last - first) * (WIDTH - LEFT - RIGHT))

    def y(count):
        return HEIGHT - BOTTOM - round(count / 35 * (HEIGHT - TOP - BOTTOM))

    draw.text((LEFT, 18), f"Members of NATO, 1949 to {until[:4]}", INK, large)
    for count in range(0, 35, 10):
        draw.line((LEFT, y(count), WIDTH - RIGHT, y(count)), FAINT)
        draw.text((LEFT - 10, y(count)), str(count), INK, text, anchor="rm")
    for year in range(1950, last, 10):
        draw.text((x(f"{year}-01-01"), HEIGHT - BOTTOM + 10), str(year), INK, text, anchor="ma")
    steps = {day: days.index(day) + days.count(day) for day in days}
    ends = list(steps)[1:] + [until]
    for (day, count), end in zip(steps.items(), ends):
        draw.rectangle((x(day), y(count), max(x(end), x(day) + 8), y(0) - 1), FILL)
    for day, count in steps.items():
        draw.text((x(day), y(count) - 6), str(count), INK, text, anchor="ms")
    (FOLDER / "media").mkdir(exist_ok=True)
    image.quantize(32).save(FOLDER / "media" / "nato-members.png", optimize=True)
    print(*(f"{day} {count}" for day, count in steps.items()), sep="\n")


if __name__ == "__main__":
    main()
