"""How our own HTML looks, on the screen and on paper: dense, calm, legible in the light and in the dark theme."""

from dashboard.hypertext import Html, trusted

# Severity is said in words; the color only helps. Both themes keep a contrast of 4.5 or more.
COLORS = {
    "critical": "#8b1a1a",
    "high": "#b3261e",
    "medium": "#9a6700",
    "low": "#1f6f8b",
    "info": "#5f6b76",
}
_TABLE = """
table.hm {border-collapse: collapse; width: 100%; font-size: .84rem; line-height: 1.35; margin: 0}
table.hm caption {position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)}
table.hm th {text-align: left; font-weight: 600; font-size: .74rem; color: var(--hm-soft); padding: .35rem .6rem;
  border: 0; border-bottom: 1px solid var(--hm-line); white-space: nowrap; vertical-align: bottom}
table.hm td {padding: .38rem .6rem; border: 0; border-bottom: 1px solid var(--hm-faint); vertical-align: top;
  overflow-wrap: anywhere}
table.hm tr:hover td {background: var(--hm-wash)}
table.hm tr.hm-day td {font-weight: 600; padding-top: .9rem; background: none; border-bottom-color: var(--hm-line)}
table.hm td.hm-n, table.hm th.hm-n {text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap}
table.hm td.hm-t {font-variant-numeric: tabular-nums; white-space: nowrap}
table.hm td.hm-u {font-variant-numeric: tabular-nums; white-space: nowrap; color: var(--hm-soft)}
table.hm td.hm-w, .hm-whole {white-space: nowrap}
a.hm, .stHtml a {color: var(--hm-link); text-decoration: underline; text-decoration-thickness: 1px;
  text-underline-offset: 2px} .stHtml a:hover {text-decoration-thickness: 2px}
table.hm td a, dl.hm dd a, .hm-line a, .stHtml li a {display: inline-block; min-height: 24px; line-height: 24px}
.hm summary, details > summary {min-height: 24px}
span[role="spinbutton"] {display: inline-block; min-width: 24px; min-height: 24px; text-align: center}
table.hm a.hm-lead {color: inherit; font-weight: 500}
"""
_REST = """
.hm-scroll {overflow-x: auto}
.hm-scroll + p.hm {margin-top: .8rem}
.hm-scroll:focus-visible {outline: 2px solid currentColor}
.hm-soft {color: var(--hm-soft)} .hm-small {font-size: .84rem}
.hm-mono, .hm-raw {font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: .76rem}
.hm-raw {white-space: pre-wrap; overflow-wrap: anywhere; background: var(--hm-wash); border-radius: 3px;
  margin: .3rem 0;  padding: .45rem .6rem; max-height: 24rem; overflow-y: auto}
.hm details > summary {cursor: pointer; color: var(--hm-soft); list-style: none}
.hm summary::-webkit-details-marker {display: none}
table.hm td.hm-rec {width: 32%; max-width: 0}
table.hm td[id] {scroll-margin-top: 5rem} table.hm tr:has(td:target) td {background: var(--hm-wash)}
.hm-scroll table.hm {min-width: 56rem}
table.hm-many th.hm-n {white-space: normal} table.hm-many :is(th, td) {padding-inline: .45rem}
.hm-cut {display: block; white-space: nowrap; overflow: hidden; text-overflow: ellipsis}
.hm details[open] > summary .hm-cut {opacity: .55}
.hm summary:focus-visible {outline: 2px solid var(--hm-link)}
.hm-tag {display: inline-block; font-size: .74rem; font-weight: 600; line-height: 1.5; padding: 0 .45rem;
  border-radius: 3px; border: 1px solid currentColor; white-space: nowrap}
.hm-critical, .hm-high {color: var(--hm-high)} .hm-medium {color: var(--hm-medium)}
.hm-low {color: var(--hm-low)} .hm-info {color: var(--hm-soft)}
.hm-critical {background: var(--hm-high); color: var(--hm-onhigh); border-color: var(--hm-high)}
.hm-state {color: var(--hm-soft); font-weight: 500}
.hm-good {color: var(--hm-good)} .hm-bad {color: var(--hm-high)}
h1.hm {font-size: 1.5rem; line-height: 1.25; font-weight: 650; margin: .55rem 0 .5rem; padding: 0; max-width: 60rem;
  overflow-wrap: anywhere}
h2.hm {font-size: 1.02rem; font-weight: 650; margin: 1.1rem 0 .3rem; padding: 0}
p.hm {margin: .2rem 0 .5rem; max-width: 52rem; line-height: 1.55}
.hm-line {display: flex; flex-wrap: wrap; gap: .35rem .8rem; align-items: baseline; font-size: .9rem}
dl.hm {display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem; margin: .3rem 0 .6rem;
  padding: 0; font-size: .88rem}
dl.hm dt {color: var(--hm-soft)} dl.hm dd {margin: 0; overflow-wrap: anywhere}
blockquote.hm {margin: .3rem 0 .7rem; padding: .1rem 0 .1rem .9rem; border-left: 3px solid var(--hm-line);
  max-width: 52rem; line-height: 1.55}
blockquote.hm cite {display: block; font-style: normal; font-size: .8rem; color: var(--hm-soft); margin-top: .2rem}
.hm-cover {border: 1px solid var(--hm-line); border-radius: 4px; padding: .55rem .8rem; font-size: .84rem}
.hm-cover b {font-weight: 650}
.stHtml a.hm-button {display: inline-block; min-height: 24px; text-decoration: none;
  padding: .3rem .75rem; border: 1px solid var(--hm-soft);
  border-radius: 4px; color: inherit; font-size: .875rem}
.hm-empty {border: 1px dashed var(--hm-line); border-radius: 4px; padding: 1.6rem 1.2rem; text-align: center;
  color: var(--hm-soft)}
.hm-empty b {display: block; color: inherit; font-size: 1rem; margin-bottom: .2rem}
"""
_STREAMLIT = """
.stMainBlockContainer {padding-top: 4.2rem; padding-bottom: 3rem; max-width: 92rem}
[data-testid="stVerticalBlock"] {gap: .7rem}
@media (max-width: 40rem) {
  table.hm, table.hm tbody, table.hm tr, table.hm td {display: block; width: auto; max-width: none}
  .hm-scroll table.hm {min-width: 0} table.hm thead {position: absolute; clip-path: inset(50%); height: 1px; width: 1px;
    overflow: hidden}
  table.hm tr {border: 1px solid var(--hm-line); border-radius: 4px; margin: 0 0 .6rem; padding: .3rem .6rem}
  table.hm tr.hm-day {border: 0; padding: 0; margin: 0}
  table.hm td {padding: .15rem 0; border: 0; overflow-wrap: anywhere}
  table.hm td[data-title] {display: flow-root; padding-left: 7.6rem; min-height: 1.5rem}
  table.hm td[data-title]::before {content: attr(data-title); color: var(--hm-soft); float: left;
    margin-left: -7.6rem; width: 7.2rem; font-size: .74rem; font-weight: 400; white-space: normal; text-align: left}
  table.hm td[data-title]:is(.hm-n, .hm-t, .hm-u, .hm-w) {text-align: left; white-space: normal}
  table.hm td.hm-rec {width: auto; max-width: none} table.hm td:empty {display: none}
  .hm-rec details {min-width: 0}
  dl.hm {grid-template-columns: minmax(0, 1fr)} dl.hm dd {margin: 0 0 .4rem}
}
"""
# On paper all is open, and a link leads nowhere.
_PAPER = """
table.hm td.hm-rec {width: 48%; max-width: none} .hm-raw {max-height: none; overflow: visible}
a {color: inherit; text-decoration: none} a[href*="?"] {pointer-events: none} .hm-scroll table.hm {min-width: 0}
"""
_LIGHT = (
    "--hm-link:#175a76;--hm-soft:#566370;--hm-line:#c3cad1;--hm-faint:#e6e9ec;--hm-wash:#f4f6f8;"
    "--hm-onhigh:#fff;--hm-high:#b3261e;--hm-medium:#8a5a00;--hm-low:#1f6f8b;--hm-good:#2c6e3f"
)
_DARK = (
    "--hm-link:#8fd0e8;--hm-soft:#a3afba;--hm-line:#47525d;--hm-faint:#2b333b;--hm-wash:#1d242b;"
    "--hm-onhigh:#2b0b08;--hm-high:#ff8a80;--hm-medium:#e8b45a;--hm-low:#7cc4de;--hm-good:#86cf9b"
)


def screen(dark: bool) -> Html:
    """The style of our elements inside Streamlit's page, in its theme of the moment."""
    colors = _DARK if dark else _LIGHT
    return trusted(f"<style>:root {{{colors}}}{_TABLE}{_REST}{_STREAMLIT}</style>")


def paper() -> Html:
    """The style of a page of its own that is to be printed."""
    page = "@page {size: letter; margin: 16mm} @media print {tr, blockquote, svg {break-inside: avoid}}"
    body = "body {font: 15px/1.5 system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; color: #17202a; margin: 2rem auto;"
    return trusted(
        f"<style>:root {{{_LIGHT}}}{page}{body} max-width: 62rem; padding: 0 1rem}}{_TABLE}{_REST}{_PAPER}</style>"
    )
