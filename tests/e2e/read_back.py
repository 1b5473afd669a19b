"""read_back.py -- outputs read back by Python's readers of XML, HTML and CSV

read_back.py svg FILE...            an XML document, without anything that runs
read_back.py html FILE TEMPLATE     the tags and attributes of TEMPLATE only; names are text
read_back.py csv FILE...            rows of one width; nothing a spreadsheet would run
"""

import csv
import json
import html.parser
import re
import sys
import xml.etree.ElementTree as tree

NAMES = ["a]]>b<script>", "<b>&amp;&#0;'", "=cmd|'/C calc'!A0", "--><!--"]
# Controls, and characters that turn the direction of a line.
BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
NUMBER = re.compile(r"[+-]?[0-9.:]*( laps?|%)?$")


def read(path):
    with open(path, encoding="utf-8", newline="") as file:  # strict: invalid UTF-8 fails
        text = file.read().removeprefix("\ufeff").replace("\r\n", "\n")
    assert not BAD.search(text), f"{path}: a character that should not be there"
    return text


def svg_is_still(root):
    for node in root.iter():
        name = node.tag.split("}")[-1]
        assert name not in ("script", "foreignObject", "a", "image"), name
        for key, value in node.attrib.items():
            assert not key.lower().startswith("on"), key
            assert "href" not in key.lower() or value.startswith("#"), value


def read_svg(paths):
    for path in paths:
        root = tree.fromstring(read(path).encode())
        svg_is_still(root)
        assert len("".join(root.itertext()).strip()) > 100, path


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.shapes = set()
        self.text = []
        self.comments = 0

    def handle_starttag(self, tag, attrs):
        for key, _ in attrs:
            self.shapes.add((tag, key))
        self.shapes.add((tag, ""))

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        self.comments += 1


def page_of(path):
    page = Page()
    page.feed(read(path))
    page.close()
    return page


def read_html(path, template):
    page, known = page_of(path), page_of(template)
    other = page.shapes - known.shapes
    assert not other, f"tags or attributes that a page does not have: {other}"
    assert page.comments == known.comments, "a comment"
    text = "".join(page.text)
    for name in NAMES:
        assert name in text, f"{name} is missing"
    # Its drawings are SVG within HTML, whose attributes need no quotes.
    assert not any(tag == "script" or key.startswith("on") for tag, key in page.shapes)


def read_csv(paths):
    for path in paths:
        first = read(path).partition("\n")[0]
        separator = ";" if first.count(";") > first.count(",") else ","
        rows = list(csv.reader(read(path).splitlines(True), delimiter=separator, strict=True))
        assert len(rows) > 1, f"{path}: no rows"
        for row in rows:
            assert len(row) == len(rows[0]), f"{path}: {row}"
            for cell in row:
                if cell[:1] in ("=", "@", "+", "-", "\t", "\r"):
                    assert NUMBER.match(cell), f"{path}: {cell}"


def read_schema(schema, *paths):
    """Lists as they are; of JSON Lines each line."""
    import jsonschema

    with open(schema, encoding="utf-8") as file:
        validator = jsonschema.Draft7Validator(json.load(file))
    for path in paths:
        documents = read(path).splitlines() if path.endswith(".jsonl") else [read(path)]
        assert documents, f"{path}: nothing to read"
        for text in documents:
            error = next(validator.iter_errors(json.loads(text)), None)
            assert error is None, f"{path}: {list(error.path)}: {error.message[:200]}"


def main(kind, *paths):
    if kind == "schema":
        read_schema(*paths)
    elif kind == "svg":
        read_svg(paths)
    elif kind == "html":
        read_html(*paths)
    else:
        read_csv(paths)


main(*sys.argv[1:])
