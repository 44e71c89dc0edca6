"""How the page looks: the report's style inside answers, a calm frame around them."""

from __future__ import annotations

from forcegen.report.html.markup import INK, LINE, MUTED, STYLE, WARN

ACCENT = "#0b57a4"

STYLES = f"""
.answer {{ {STYLE} }}
.answer h1, .answer h3 {{ font-weight: 650; line-height: 1.35; letter-spacing: 0; }}
.answer h1 {{ font-size: 1.15rem; margin: .1rem 0 .4rem; }}
.answer h2 {{ display: none; }}
.answer.headed section {{ border: 0; margin: 0; padding: 0; }}
.answer.headed h2 {{ display: block; border: 0; padding: 0; margin: 1.2rem 0 .3rem;
  font-size: .95rem; font-weight: 650; letter-spacing: 0; }}
.answer h3 {{ font-size: .95rem; margin: 1.2rem 0 .3rem; }}
.answer .cards {{ margin: .5rem 0 0; gap: .6rem; }}
.answer .cards li {{ padding: .35rem .8rem; min-width: 8rem; font-size: 13px; line-height: 1.3; }}
.answer .cards b {{ font-size: 1.2rem; }}
.answer {{ font: 14px/1.45 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: {INK}; width: 100%; }}
.answer table {{ display: block; overflow-x: auto; max-width: 100%; }}
.answer table.heat {{ display: table; min-width: 44rem; }}
.answer .said {{ margin: .3rem 0; padding-left: 1.1rem; max-width: 60rem; }}
.answer .multiples {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: .8rem 1rem; }}
.answer .multiples figure {{ margin: 0; }}
.answer .multiples figcaption {{ font-size: 12px; line-height: 1.3; overflow-wrap: anywhere; }}
.answer .two {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 2rem; }}

body {{ background: #fff; color: {INK}; font: 14px/1.45 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }}
.nicegui-content {{ padding: 0; gap: 0; display: block; }}
.bar {{ background: #fff; border-bottom: 1px solid {LINE}; display: flex; align-items: center; flex-wrap: wrap;
  gap: .2rem .8rem; padding: .35rem 1.2rem; min-height: 46px; }}
.bar .name {{ font-weight: 650; letter-spacing: .01em; margin: 0; font-size: 15px; line-height: 1.4; }}
.bar .what {{ color: {MUTED}; overflow-wrap: anywhere; }}
.bar .push {{ margin-left: auto; display: flex; gap: .2rem; flex-wrap: wrap; }}
.desk {{ display: grid; grid-template-columns: 296px minmax(0, 1fr); gap: 0; align-items: start; }}
.answer section {{ overflow-x: auto; }}
.side {{ padding: .8rem 1.2rem 2rem; border-right: 1px solid {LINE}; background: #f6f8fa;
  position: sticky; top: 0; height: 100vh; overflow-y: auto; }}
.side .q-field__control {{ background: #fff; }}
.side .q-field {{ margin-bottom: .5rem; }}
.side .q-btn {{ margin: .2rem 0; }}
.sheet section {{ padding-top: .6rem; }}
.sheet {{ padding: .4rem 1.4rem 3rem; min-width: 0; max-width: 1480px; }}
.asked h2 {{ font-size: 15px; font-weight: 650; margin: 1.4rem 0 0; line-height: 1.4; letter-spacing: 0; }}
.wide {{ width: 100%; }}
.quiet {{ color: {MUTED}; font-size: 12.5px; line-height: 1.4; margin: .35rem 0; max-width: 60rem; }}
.warn {{ color: {WARN}; font-size: 13px; line-height: 1.4; overflow-wrap: anywhere; margin: .35rem 0; }}
.figures {{ font-variant-numeric: tabular-nums; display: grid; grid-template-columns: auto 1fr; gap: 0 .8rem;
  font-size: 13px; margin: .3rem 0; }}
.figures {{ grid-template-columns: 6rem 1fr; }}
.figures .term {{ color: {MUTED}; }}
.q-tab {{ min-height: 38px; padding: 0 .8rem; }}
.q-tab__label {{ font-weight: 550; font-size: 13.5px; }}
.q-tabs {{ border-bottom: 1px solid {LINE}; }}
.q-btn {{ font-weight: 550; }}
.inner .q-tab {{ min-height: 32px; padding: 0 .6rem; }}
.inner .q-tab__label {{ font-weight: 450; font-size: 13px; }}
.q-tab-panels, .q-tab-panel {{ background: transparent; padding: .6rem 0 0; overflow: visible; }}
.q-expansion-item__container .q-item {{ padding: 0; min-height: 34px; }}
.q-field--dense .q-field__label {{ font-size: 13px; }}
.finder {{ max-width: 36rem; margin: .6rem 0 0; }}
.answer [data-tour] {{ cursor: pointer; }}
.hold {{ min-width: min(26rem, 90vw); }}
.strong {{ font-weight: 650; overflow-wrap: anywhere; }}
.grid {{ width: 100%; height: min(62vh, 640px); --ag-font-size: 13px; --ag-accent-color: {ACCENT}; }}
.grid.few {{ height: auto; }}
.grid .touched {{ background: #e3eefa; font-weight: 600; }}
.form {{ display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: end; margin: .6rem 0; }}
.form .q-field {{ width: 12rem; }}
.form .q-field.picks {{ width: 22rem; max-width: 100%; }}
.code {{ font: 12.5px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; background: #eef2f5; padding: .5rem .8rem;
  border-radius: 4px; overflow-x: auto; white-space: pre; margin: .4rem 0; }}
.links {{ display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; }}
.links a {{ color: {ACCENT}; }}
:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 2px; }}
@media (max-width: 860px) {{
  .desk {{ grid-template-columns: minmax(0, 1fr); }}
  .side {{ border-right: 0; border-bottom: 1px solid {LINE}; padding-bottom: 1rem; position: static; height: auto; }}
  .answer svg[width="1180"] {{ min-width: 760px; max-width: none; }}
  .sheet {{ padding: .4rem 1rem 3rem; }}
  .bar {{ padding: .35rem 1rem; }}
}}
"""
