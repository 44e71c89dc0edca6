"""Elements of a page, escaped without exception, and the page around them in the house's style."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

Node = ET.Element

INK, MUTED, LINE, PAPER, WARN = "#1b2733", "#5c6b78", "#d5dce2", "#ffffff", "#b3261e"

STYLE = f"""
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; padding: 2rem 2rem 4rem; max-width: 1240px; background: {PAPER}; color: {INK};
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }}
h1 {{ font-size: 1.4rem; font-weight: 650; line-height: 1.35; margin: .3rem 0 .6rem; max-width: 60rem;
  text-wrap: balance; }}
h2 {{ font-size: 1.2rem; margin: 2.6rem 0 .4rem; border-top: 2px solid {INK}; padding-top: .7rem; }}
h3 {{ font-size: 1rem; margin: 1.4rem 0 .3rem; }}
p {{ max-width: 52rem; margin: .4rem 0 .8rem; }}
.kicker, .note, figcaption, caption {{ color: {MUTED}; }}
.kicker {{ margin: 0; letter-spacing: .02em; }}
nav {{ margin: 1rem 0 0; display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; }}
a {{ color: #0b57a4; }}
figure {{ margin: .6rem 0 1rem; }}
svg {{ display: block; max-width: 100%; height: auto; font: 11px system-ui, "DejaVu Sans", sans-serif; }}
svg text {{ fill: {INK}; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .4rem 0 1rem; }}
caption {{ text-align: left; padding-bottom: .3rem; white-space: nowrap; }}
th, td {{ padding: .18rem .6rem; text-align: right; border-bottom: 1px solid {LINE}; vertical-align: top; }}
th.left, td.left {{ text-align: left; overflow-wrap: anywhere; min-width: 6.9em; }}
thead th.left {{ overflow-wrap: normal; }}
tbody th {{ font-weight: inherit; }}
td:not(.left) {{ white-space: nowrap; }}
thead th {{ border-bottom: 1.5px solid {INK}; font-weight: 600; vertical-align: bottom; }}
.heat {{ table-layout: fixed; width: 100%; font-size: 10.5px; }}
.heat caption {{ font-size: 15px; }}
.heat th, .heat td {{ padding: .12rem .1rem; text-align: center; border: 1px solid {PAPER}; }}
.heat .left {{ width: 11.5rem; min-width: 0; text-align: left; font-weight: 500; padding-right: .4rem; }}
.heat thead th {{ writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; font-weight: 500;
  height: 3.8rem; border: 0; vertical-align: middle; }}
.heat thead th.left {{ writing-mode: horizontal-tb; transform: none; }}
.heat td.below {{ outline: 2px solid {WARN}; outline-offset: -2px; font-weight: 700; }}
.legend {{ display: flex; flex-wrap: wrap; gap: .3rem 1rem; color: {MUTED}; font-size: 13px; margin: .2rem 0 .5rem; }}
.legend i {{ display: inline-block; width: 1.1em; height: .9em; margin-right: .35em; vertical-align: -.1em;
  box-shadow: inset 0 0 0 1px #5c6b7833; }}
.lane {{ margin: .2rem 0; }}
summary {{ cursor: pointer; color: #0b57a4; margin: .2rem 0; }}
.side {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: .4rem 2rem; }}
.side figcaption {{ color: {INK}; font-weight: 600; }}
.filter {{ display: flex; flex-wrap: wrap; gap: .4rem; margin: 1rem 0; }}
.filter button {{ font: inherit; padding: .2rem .8rem; border: 1px solid {LINE}; border-radius: 999px; cursor: pointer;
  background: {PAPER}; color: {INK}; }}
.filter button[aria-pressed="true"] {{ background: {INK}; color: {PAPER}; border-color: {INK}; }}
.cards {{ display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.2rem 0 .4rem; padding: 0; list-style: none; }}
.cards li {{ border: 1px solid {LINE}; border-radius: 6px; padding: .6rem 1rem; min-width: 10rem; flex: 1; }}
.cards b {{ display: block; font-size: 1.5rem; line-height: 1.25; }}
@media print {{
  @page {{ margin: 14mm 12mm; }}
  body {{ padding: 0; max-width: none; font-size: 10pt; }}
  nav {{ display: none; }}
  details:not([open]), details > summary {{ display: none; }}
  @supports selector(::details-content) {{
    details, details:not([open]) {{ display: block; }}
    details::details-content {{ content-visibility: visible; display: block; block-size: auto; }}
    details > summary {{ display: block; color: {INK}; font-weight: 600; break-after: avoid; }}
  }}
  h2, h3, section > p, .legend, caption {{ break-after: avoid; }}
  table:not(.heat) {{ font-size: 8.5pt; }}
  tr, figure, svg {{ break-inside: avoid; }}
  * {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
}}
"""


def el(tag: str, *children: Node | str | None, **attributes: object) -> Node:
    """Return an element; an attribute's trailing underscore is dropped, others are hyphens; None leaves it out."""
    node = ET.Element(
        tag,
        {
            name.rstrip("_").replace("_", "-"): _text(value)
            for name, value in attributes.items()
            if value is not None and value is not False
        },
    )
    add(node, *children)
    return node


def add(node: Node, *children: Node | str | None) -> None:
    """Append children; text is escaped when the page is written."""
    for child in children:
        if child is None:
            continue
        if isinstance(child, str):
            _append_text(node, clean(child))
        else:
            node.append(child)


def clean(text: str) -> str:
    """Return text without characters that no document may hold."""
    return "".join(c for c in text if c in "\t\n" or ord(c) >= 32)


def svg(width: float, height: float, title: str, *children: Node) -> Node:
    """Return a drawing with the title that a screen reader says."""
    return el(
        "svg",
        el("title", title),
        *children,
        viewBox=f"0 0 {width:g} {height:g}",
        width=f"{width:g}",
        height=f"{height:g}",
        role="img",
        xmlns="http://www.w3.org/2000/svg",
    )


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]], left: int | Collection[int] = 1) -> Node:
    """Return a table whose first `left` columns (or those that are named by number) are text, the others figures.

    The first column of text heads its rows.
    """
    text = range(left) if isinstance(left, int) else left
    named = min(text, default=-1) if len(header) > 1 else -1

    def cell(tag: str, i: int, words: str, scope: str | None = None) -> Node:
        return el(tag, words, class_="left" if i in text else None, scope=scope)

    def line(cells: Sequence[str]) -> Node:
        heads = [i == named and words != "" for i, words in enumerate(cells)]
        return el("tr", *(cell("th", i, x, "row") if heads[i] else cell("td", i, x) for i, x in enumerate(cells)))

    head = el("thead", el("tr", *(cell("th", i, words, "col") for i, words in enumerate(header))))
    body = el("tbody", *(line(cells) for cells in rows))
    return el("table", el("caption", caption) if caption else None, head, body)


def legend(*entries: tuple[str, str]) -> Node:
    """Return colours (CSS backgrounds) and what they mean."""
    keys = (el("span", el("i", style=f"background:{colour}"), words) for colour, words in entries)
    return el("div", *keys, class_="legend")


def stroke(colour: str) -> str:
    """Return a thin line as a CSS background, for a legend."""
    return f"linear-gradient({colour},{colour}) 0 50%/100% 2px no-repeat"


def details(summary: str, *children: Node) -> Node:
    """Return something to be opened; in print it is open, where the browser can do that."""
    return el("details", el("summary", summary), *children)


def section(name: str, heading: str, *children: Node | None) -> Node:
    """Return a section that the page's contents can point to."""
    return el("section", el("h2", heading), *children, id=name)


def markup(*nodes: Node) -> str:
    """Return elements as HTML, their text escaped."""
    return "".join(ET.tostring(node, encoding="unicode", method="html") for node in nodes)


def page(title: str, *children: Node, script: str = "") -> str:
    """Return a whole document; it loads nothing, and runs no script but this one."""
    allowed = f"; script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" if script else ""
    policy = f"default-src 'none'; style-src 'unsafe-inline'{allowed}"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("title", title),
        el("style", STYLE),
    )
    body = el("body", *children)
    if script:
        node = ET.Element("script")
        node.text = script
        add(body, node)
    html = el("html", head, body, lang="en")
    return "<!DOCTYPE html>\n" + ET.tostring(html, encoding="unicode", method="html") + "\n"


def _append_text(node: Node, text: str) -> None:
    if len(node):
        node[-1].tail = (node[-1].tail or "") + text
    else:
        node.text = (node.text or "") + text


def _text(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else clean(str(value))
