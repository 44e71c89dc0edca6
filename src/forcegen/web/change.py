"""Where the theatre is changed: grids of offers, requirements, places, rules and nations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nicegui import ui

from forcegen.io.errors import InputError
from forcegen.web import tables
from forcegen.web.panel import Panel, complain, tab_bar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TOUCHED = {"touched": "data.touched.indexOf(colDef.field) >= 0"}
_FEW = 16


class ChangePanel(Panel):
    """One grid at a time."""

    part = "contingents"

    def signature(self) -> Any:
        """Return the setup."""
        return self.study.setup

    def draw(self) -> None:
        """Draw the tabs and the grid that is chosen."""
        try:
            data = self.study.plain()
        except InputError as error:
            ui.label(str(error.first)).classes("warn").props("role=alert")
            return
        titles = {sheet.list: sheet.title for sheet in tables.SHEETS}
        tabs = tab_bar({**titles, "rules": "Rules", "nations": "Nations"}, self.part, inner=True)
        box = ui.element("div")

        def turn() -> None:
            self.part = str(tabs.value)
            box.clear()
            with box:
                self._grid(data)

        tabs.on_value_change(turn)
        turn()

    def _grid(self, data: dict[str, Any]) -> None:
        fixed: tuple[str, ...]
        editable: tuple[str, ...]
        flag: str | None
        if self.part == "rules":
            ui.label("Untick a rule to set it aside; its numbers can be edited.").classes("quiet")
            fixed, editable, flag = tables.RULE_FIXED, tables.RULE_OPEN, "kept"
        elif self.part == "nations":
            ui.label("A nation that takes no part withdraws all that it offers.").classes("quiet")
            fixed, editable, flag = tables.NATION_FIXED, (), "takes part"
        else:
            sheet = _sheet(self.part)
            ui.label(f"{sheet.words} Double-click, or press Enter, to edit a cell.").classes("quiet")
            fixed, editable, flag = sheet.fixed, sheet.open, None
        self._shown = _table(
            self._rows(data),
            fixed,
            editable,
            flag,
            lambda row, column, value: self._written(row, column, value, data),
        )
        if self.part == "rules":
            self._stance(data)

    def _rows(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        edits = self.study.setup.edits
        if self.part == "rules":
            return tables.rule_rows(data, edits)
        return (
            tables.nation_rows(data, edits) if self.part == "nations" else tables.rows(_sheet(self.part), data, edits)
        )

    def _stance(self, data: dict[str, Any]) -> None:
        """Draw the form that adds a political limit."""
        names = {name: [str(one.get("id")) for one in data.get(name) or ()] for name in ("nations", "sectors", "roles")}
        zones = sorted({str(one.get("zone")) for one in data.get("sectors") or () if one.get("zone")})
        who = [*names["nations"], *(data.get("groups") or {})]
        ui.html("<h2>Add a rule</h2>", sanitize=False).classes("asked")
        with ui.row().classes("form"):
            kinds = {"exclude": "does not serve", "only": "serves only"}
            nation = _choice("Nation or group", who)
            kind = ui.select(kinds, value="exclude", label="Stance").props("dense outlined options-dense")
            places = _choice("Zone or sector (all)", [*zones, *names["sectors"]])
            roles = _choice("Role (all)", names["roles"])

            def add() -> None:
                where = "zones" if places.value in zones else "sectors"
                scope = {"nations": nation.value, where: places.value, "roles": roles.value}
                listed = {key: [value] for key, value in scope.items() if value}
                self._add(tables.stance(data, self.study.setup.edits, str(kind.value), listed))

            ui.button("Add", on_click=add).props("outline no-caps")

    def _written(self, row: dict[str, Any], column: str, value: Any, data: dict[str, Any]) -> None:
        """Take what was written into a cell; the grid stays as it is, so that the next cell can be written."""
        edits, name = self.study.setup.edits, row["id"]
        try:
            if column == "takes part":
                edits = edits.nation(name, not value)
            elif column == "kept":
                edits = edits.rule_again(name) if value else edits.without_rule(name)
            else:
                edits = tables.written_into(edits, self.part, name, column, value, data)
            self.study.edit(edits)
        except InputError as error:
            fault = error.first
            complain(f"{name}, {column}: {fault.message}{'' if fault.advice is None else '; ' + fault.advice}")
        rows = [one for one in self._rows(data) if one["id"] == name]
        if not rows:
            self.redraw()
            return
        self._seen = self.signature()
        self._shown.run_grid_method("applyTransaction", {"update": rows})
        self._shown.run_grid_method("refreshCells", {"force": True})

    def _add(self, rule: dict[str, Any]) -> None:
        try:
            self.study.edit(self.study.setup.edits.with_rule(rule))
        except InputError as error:
            complain(str(error.first))
            return
        self.redraw()


def _sheet(name: str) -> tables.Sheet:
    return next(sheet for sheet in tables.SHEETS if sheet.list == name)


def _choice(label: str, options: list[str]) -> ui.select:
    chosen = ui.select(options, label=label, clearable=True, with_input=True)
    return chosen.props("dense outlined options-dense")


def _table(
    rows: list[dict[str, Any]],
    fixed: Sequence[str],
    editable: Sequence[str],
    flag: str | None,
    changed: Callable[[dict[str, Any], str, Any], None],
) -> ui.aggrid:
    """Show rows and return the grid; call `changed` with row, column and new value."""
    columns: list[dict[str, Any]] = [
        {"field": name, "headerName": name, "minWidth": 70, "pinned": "left" if name == "id" else None}
        for name in fixed
    ]
    for name in editable:
        columns.append({"field": name, "headerName": name, "editable": True, "minWidth": 76, "cellDataType": "text"})
    if flag is not None:
        ticked = {"field": flag, "headerName": flag, "editable": True, "cellDataType": "boolean", "width": 100}
        columns.insert(1, ticked)
    for column in columns:
        column |= {"cellClassRules": _TOUCHED, "tooltipField": column["field"]}
    options = {
        "columnDefs": columns,
        "rowData": rows,
        "defaultColDef": {
            "sortable": True,
            "filter": True,
            "resizable": True,
            "suppressHeaderMenuButton": True,
            "suppressHeaderFilterButton": True,
        },
        "stopEditingWhenCellsLoseFocus": True,
        "rowHeight": 30,
        "headerHeight": 32,
        ":getRowId": "params => params.data.id",
        "autoSizeStrategy": {"type": "fitCellContents"},
    }
    if len(rows) <= _FEW:
        options["domLayout"] = "autoHeight"
    grid = ui.aggrid(options, auto_size_columns=False).classes("grid" if len(rows) > _FEW else "grid few")
    grid.on("cellValueChanged", lambda e: changed(e.args["data"], e.args["colId"], e.args["value"]))
    return grid
