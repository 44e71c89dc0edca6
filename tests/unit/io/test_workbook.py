"""Workbooks: an instance comes back equal; what spreadsheets do to cells is understood, or refused with its cell."""

from __future__ import annotations

import datetime
import io
import zipfile
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from forcegen.domain.instance import Instance
from forcegen.io.errors import Fault, InputError
from forcegen.io.folder import instance_files
from forcegen.io.instance import read_instance
from forcegen.io.lists import LISTS
from forcegen.io.whole import write_whole
from forcegen.io.workbook import package, read
from forcegen.io.workbook.sheets import SHEETS, Head
from forcegen.io.workbook.write import workbook_bytes
from forcegen.planning.export import export_workbook
from forcegen.spreadsheet import escaped, unescaped
from tests.oracle.generate import instance as drawn

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
HOSTILE = [
    "=1+1",
    "+1",
    "-2",
    "@x",
    "<b>bold</b>",
    "Côte d'Ivoire",
    "  ends  ",
    "",
    '""',
    "_x000D_",
    "a\r\nb",
    "NO",
    "007",
]
some = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def back(instance: Instance, folder: Path) -> Instance:
    (folder / "it.xlsx").write_bytes(workbook_bytes(instance))
    return read_instance(folder / "it.xlsx")


def same(one: Instance, other: Instance) -> bool:
    return one == other and one.digest == other.digest


@pytest.fixture
def tutorial(tmp_path: Path) -> Path:
    return export_workbook(ROOT / "instances" / "tutorial", tmp_path / "my.xlsx")


def edited(path: Path, change: Callable[[Any], object]) -> Path:
    book = load_workbook(path)
    change(book)
    book.save(path)
    return path


def fault(path: Path) -> Fault:
    with pytest.raises(InputError) as caught:
        read_instance(path)
    assert caught.value.first.file == str(path)
    assert caught.value.first.advice
    return caught.value.first


def column(sheet: Any, name: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == name)


def set_cell(sheet: str, name: str, row: int, value: Any) -> Callable[[Any], object]:
    return lambda book: setattr(book[sheet].cell(row, column(book[sheet], name)), "value", value)


# Round trips


def test_sheets_hold_all_fields_of_an_instance() -> None:
    assert {*Head.model_fields, "groups", "conditions", *LISTS} == {*Instance.model_fields}
    assert {"instance", "groups", "conditions", *LISTS} == {*SHEETS}


@pytest.mark.parametrize("folder", sorted(path.name for path in (ROOT / "instances").iterdir() if path.is_dir()))
def test_every_instance_comes_back(folder: str, tmp_path: Path) -> None:
    instance = read_instance(ROOT / "instances" / folder)
    assert same(back(instance, tmp_path), instance)
    write_whole(instance_files(instance), tmp_path / "folder")
    assert same(read_instance(tmp_path / "folder"), instance)


def test_drawn_instances_of_all_rule_kinds_come_back(tmp_path: Path) -> None:
    kinds = set()
    for seed in range(30):
        instance = Instance.model_validate(drawn(seed))
        kinds |= {rule.kind for rule in instance.rules}
        assert same(back(instance, tmp_path), instance), seed
        write_whole(instance_files(instance), tmp_path / str(seed))
        assert same(read_instance(tmp_path / str(seed)), instance), seed
    assert len(kinds) >= 15


texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
ids = st.one_of(st.sampled_from(["1", "NO", "true", "2025-07", "-2", "a.b", "_x0041_", "007"]))
figures = st.decimals(0, 10**9, places=3, allow_nan=False)


@some
@given(
    names=st.lists(texts, min_size=2, max_size=2),
    note=texts,
    nations=st.lists(ids, min_size=1, max_size=4, unique=True),
    roles=st.lists(ids, min_size=1, max_size=4, unique=True),
    beds=st.one_of(figures, st.dictionaries(st.sampled_from(["2025-07", "2025-09"]), figures, min_size=1)),
    fill=figures,
    places=st.one_of(figures, st.dictionaries(ids, figures, max_size=2)),
)
def test_any_text_identifier_and_figure_comes_back(
    tmp_path: Path, names: Any, note: Any, nations: Any, roles: Any, beds: Any, fill: Any, places: Any
) -> None:
    instance = Instance.model_validate(
        {
            "forcegen": 1,
            "name": names[0] or "x",
            "note": note,
            "horizon": {"start": "2025-07", "periods": 3},
            "groups": {"g.1": nations},
            "conditions": {"1": {"holds": {"until": "2025-08"}, "name": note}, "no": {"holds": False}},
            "nations": [{"id": name, "name": names[1], "source": note} for name in nations],
            "roles": [{"id": name, "measure": "troops"} for name in roles],
            "sectors": [{"id": "s", "name": note, "beds": beds, "at": ["-0.5", fill]}],
            "contingents": [
                {
                    "id": "k",
                    "nation": nations[0],
                    "units": 1,
                    "strength": 1,
                    "fills": dict.fromkeys(roles, fill),
                    "tour": {"min": 1, "max": 2},
                    "dwell": {"ratio": "1.5"},
                    "cost": fill,
                    "if": ["1"],
                }
            ],
            "rules": [
                {"id": "r", "kind": "either", "sets": [["k"], ["k"]], "most": 1, "penalty": {"per": fill}},
                {"id": "q", "kind": "ratio", "of": {"roles": roles}, "to": {}, "least": 5},
                {"id": "e", "kind": "escort", "with": {"nations": nations}, "least": fill},
            ],
        }
    )
    del places
    assert same(back(instance, tmp_path), instance)
    write_whole(instance_files(instance), tmp_path / "folder")
    assert same(read_instance(tmp_path / "folder"), instance)


@some
@given(text=st.text(max_size=20))
def test_escapes_are_undone(text: str) -> None:
    assert unescaped(escaped(text).strip() if text else escaped(text)) == text


def test_texts_are_texts_never_formulas(tmp_path: Path) -> None:
    document = drawn(1)
    for nation, name in zip(document["nations"], HOSTILE, strict=False):
        nation["name"] = name
    document["note"] = "=cmd()"
    raw = workbook_bytes(Instance.model_validate(document))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for part in archive.namelist():
            assert b"<f>" not in archive.read(part) or part.endswith("dataValidations")
    assert load_workbook(io.BytesIO(raw))["nations"]["B2"].data_type == "s"


# What spreadsheets do


def test_an_edited_workbook_is_the_edited_instance(tutorial: Path) -> None:
    before = read_instance(tutorial)

    def change(book: Any) -> None:
        nations = book["nations"]
        nations.append([])
        nations.append(["NOR ", "Norway"])
        nations.cell(nations.max_row + 3, 1).value = "   "

    after = read_instance(edited(tutorial, change))
    assert [nation.id for nation in after.nations] == [*(nation.id for nation in before.nations), "NOR"]


def test_numbers_as_text_noise_ids_of_digits_and_dates_for_months_are_understood(tutorial: Path) -> None:
    def change(book: Any) -> None:
        set_cell("contingents", "strength", 2, "120 ")(book)
        set_cell("contingents", "handover", 2, 0.1 + 0.2)(book)
        set_cell("contingents", "ready", 2, datetime.datetime(2025, 8, 1))(book)  # as openpyxl reads it
        book["nations"].append([7, "Seven"])

    after = read_instance(edited(tutorial, change))
    offer = after.contingents[0]
    assert (offer.strength, str(offer.handover), offer.ready) == (120, "0.3", "2025-08")
    assert after.nations[-1].id == "7"


@pytest.mark.parametrize(
    ("sheet", "name", "value", "words"),
    [
        ("contingents", "strength", "=60+60", "the cell holds a formula, '=60+60'"),
        ("contingents", "strength", "#REF!", "the cell holds the error #REF!"),
        ("contingents", "strength", "many", "a number is needed, not 'many'"),
        ("contingents", "nation", "DNX", "there is no nation 'DNX'"),
        ("contingents", "ready", datetime.date(2025, 8, 3), "a period is written"),
        ("nations", "name", datetime.date(2025, 8, 1), "the spreadsheet has made a date of this"),
        ("contingents", "strength", None, "the field 'strength' is missing"),
        ("nations", "army", "{a: 1", "cannot be read"),
    ],
)
def test_a_fault_names_its_cell(tutorial: Path, sheet: str, name: str, value: Any, words: str) -> None:
    found = fault(edited(tutorial, set_cell(sheet, name, 2, value)))
    assert words in found.message
    cells = load_workbook(tutorial)[sheet]
    spot = cells.cell(2, column(cells, name) if value is not None else 1)  # what is missing: its row
    assert found.cell == f"{sheet}!{spot.coordinate}"
    assert found.line == 2
    assert str(found).startswith(f"{tutorial}:{found.cell}: ")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda book: book.create_sheet("contingent"), "there is no list 'contingent'"),
        (lambda book: book.remove(book["instance"]), "no sheet 'instance'"),
        (lambda book: setattr(book["nations"]["A1"], "value", "ident"), "there is no field 'ident'"),
        (lambda book: setattr(book["nations"]["ZZ3"], "value", 1), "column ZZ has no name"),
        (lambda book: setattr(book["nations"]["XFD1048576"], "value", 1), "column XFD has no name"),
        (lambda book: setattr(book["instance"]["A3"], "value", 1), "2 rows of fields"),
        (lambda book: book["groups"].append(["g", "DNK"]) or book["groups"].append(["g", "DNK"]), "stands twice"),
    ],
)
def test_what_is_not_the_instances_is_refused(tutorial: Path, change: Callable[[Any], object], words: str) -> None:
    assert words in fault(edited(tutorial, change)).message


def test_a_users_own_sheets_are_left_alone(tutorial: Path) -> None:
    before = read_instance(tutorial)
    assert read_instance(edited(tutorial, lambda book: book.create_sheet("_mine").append(["=1+1"]))) == before


# What is no workbook


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


BARE = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged"),
        (b"not a workbook", "damaged"),
        (package._OLE + b"\0" * 600, "encrypted or in the old .xls"),
        (BARE, "damaged"),
        ({"mimetype": b"", "content.xml": b""}, "OpenDocument"),
        (BARE | {"xl/externalLinks/externalLink1.xml": b""}, "refers to other files"),
        (BARE | {"xl/a.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}, "damaged"),
        (BARE | {"xl/bomb.xml": b"\0" * (package.LARGEST_UNPACKED + 1)}, "unpacks to"),
    ],
)
def test_traps_are_refused(tmp_path: Path, content: Any, words: str) -> None:
    path = tmp_path / "trap.xlsx"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        zipped(path, content)
    assert words in fault(path).message


@pytest.mark.parametrize("seed", range(40))
def test_damage_is_refused_or_harmless(tutorial: Path, seed: int) -> None:
    rng, raw = Random(seed), bytearray(tutorial.read_bytes())
    for _ in range(3):
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    tutorial.write_bytes(raw[: rng.choice((len(raw), rng.randrange(len(raw))))])
    try:
        assert read_instance(tutorial).contingents
    except InputError:
        return


def test_a_huge_sheet_is_refused(tutorial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_CELLS", 100)
    assert "more than 100 cells" in fault(tutorial).message


def test_a_text_longer_than_a_cell_is_refused() -> None:
    document = deepcopy(drawn(1)) | {"note": "x" * 40_000}
    with pytest.raises(InputError, match="more than a cell holds"):
        workbook_bytes(Instance.model_validate(document))


def test_a_missing_workbook_and_an_empty_one(tmp_path: Path) -> None:
    assert fault(tmp_path / "absent.xlsx").message == "there is no such file"
    Workbook().save(tmp_path / "empty.xlsx")
    assert "there is no list 'Sheet'" in fault(tmp_path / "empty.xlsx").message


def test_every_header_says_what_its_column_means() -> None:
    raw = workbook_bytes(read_instance(Path("instances/ukraine-2025")))
    for sheet in load_workbook(io.BytesIO(raw)).worksheets:
        for header in sheet[1]:
            if header.comment is not None:
                assert "Undefined" not in header.comment.text, header
                assert not header.comment.text.startswith(("Text.\nMust", "A number.\nMust")), header


# Lists to choose from

BASIS = ["reported", "common", "derived", "assumed"]
KINDS = [
    "exclude",
    "only",
    "ceiling",
    "floor",
    "share",
    "lead",
    "nations",
    "presence",
    "apart",
    "escort",
    "ratio",
    "either",
    "lift",
    "supply",
    "standby",
    "pin",
    "bar",
]
BOOLEAN = ["TRUE", "FALSE"]
OFFERED: dict[str, dict[str, list[str] | str]] = {
    "instance": {"forcegen": ["1"], "horizon.start": "_names", "horizon.unit": ["month", "week"]},
    "nations": {},
    "roles": {},
    "sectors": {"abroad": BOOLEAN},
    "contingents": {"nation": "nations", "ready": "_names", "until": "_names"},
    "requirements": {
        "as.sector": "sectors",
        "as.role": "roles",
        "from": "_names",
        "until": "_names",
        "hard": BOOLEAN,
    },
    "rules": {
        "kind": KINDS,
        "from": "_names",
        "until": "_names",
        "of": ["troops", "units", "tours", "cost"],
        "over": ["period", "horizon"],
        "each": ["nation", "sector", "role", "force"],
        "in": ["force", "sector"],
        "negotiable": BOOLEAN,
    },
    "history": {
        "contingent": "contingents",
        "returned": "_names",
        "sector": "sectors",
        "role": "roles",
        "since": "_names",
        "ends": "_names",
    },
    "leads": {"sector": "sectors", "nation": "nations", "since": "_names"},
    "groups": {},
    "conditions": {"holds": BOOLEAN, "holds.from": "_names", "holds.until": "_names"},
}
"""What each column offers: words, or the sheet whose first column names it."""


def offered(book: Any, sheet: str) -> dict[str, Any]:
    """Return the validation of each column that has one."""
    found = {}
    for validation in book[sheet].data_validations.dataValidation:
        for area in validation.sqref.ranges:
            assert area.min_col == area.max_col
            found[str(book[sheet].cell(1, area.min_col).value)] = validation
    return found


def choices(book: Any, validation: Any) -> list[str]:
    """Return what a spreadsheet offers for a cell."""
    formula = validation.formula1
    if formula.startswith('"'):
        assert len(formula) <= 257, "a spreadsheet takes no more than 255 letters"
        return list(formula.strip('"').split(","))
    sheet, cells = formula.removeprefix("=").replace("$", "").split("!")
    return [str(row[0].value) for row in book[sheet][cells] if row[0].value is not None]


@pytest.mark.parametrize("folder", ["tutorial", "ukraine-2025", "sfor-2003"])
def test_each_column_of_names_or_words_offers_them_and_nothing_else(folder: str) -> None:
    instance = read_instance(ROOT / "instances" / folder)
    book = load_workbook(io.BytesIO(workbook_bytes(instance)))
    periods = [str(instance.horizon.label(t)) for t in range(instance.horizon.periods)]
    for sheet, expected in OFFERED.items():
        basis = {"basis": BASIS} if sheet not in ("groups",) else {}
        found = offered(book, sheet)
        assert set(found) == set(expected | basis), sheet
        for name, words in (expected | basis).items():
            if isinstance(words, str):
                words = periods if words == "_names" else [item.id for item in getattr(instance, words)]
            assert found[name].type == "list"
            assert found[name].allow_blank
            assert choices(book, found[name]) == words, (sheet, name)


def test_what_stands_in_a_cell_may_stand_there_and_rows_for_new_items_offer_as_much() -> None:
    book = load_workbook(io.BytesIO(workbook_bytes(read_instance(ROOT / "instances" / "ukraine-2025"))))
    strict = 0
    for sheet in OFFERED:
        for name, validation in offered(book, sheet).items():
            here = column(book[sheet], name)
            (area,) = validation.sqref.ranges
            assert (area.min_row, area.max_row) == (2, max(book[sheet].max_row, 1) - 1 + 500)
            if validation.showErrorMessage:
                held = {str(row[here - 1].value) for row in book[sheet].iter_rows(min_row=2)} - {"None"}
                assert held <= set(choices(book, validation)), (sheet, name)
                strict += len(held)
    assert strict > 50


def test_more_items_than_there_is_room_for_new_ones_can_still_be_chosen() -> None:
    document = read_instance(ROOT / "instances" / "tutorial").model_dump(mode="json", by_alias=True, exclude_unset=True)
    document["nations"] += [{"id": f"N{i}"} for i in range(700)]
    book = load_workbook(io.BytesIO(workbook_bytes(Instance.model_validate(document))))
    assert "N699" in choices(book, offered(book, "contingents")["nation"])
