"""JSON Schemas."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.terminal import print_json
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.domain.plan import Plan
from forcegen.domain.scenario import Scenario

if TYPE_CHECKING:
    from pydantic import BaseModel


class Schema(StrEnum):
    """The documents that have a schema."""

    instance = "instance"
    model = "model"
    plan = "plan"
    scenario = "scenario"


@app.command(epilog="Example: forcegen schema scenario > scenario.json")
def schema(
    document: Annotated[
        Schema, typer.Argument(metavar="DOCUMENT", help="instance, model, plan or scenario.")
    ] = Schema.instance,
) -> None:
    """Print the JSON Schema of a document, for editors."""
    models: dict[Schema, type[BaseModel]] = {
        Schema.instance: Instance,
        Schema.model: Model,
        Schema.plan: Plan,
        Schema.scenario: Scenario,
    }
    print_json(models[document].model_json_schema(by_alias=True))
