"""The looks of a page, and the few lines that make its tables sort."""

from __future__ import annotations

from funnelcli.render.charts import palette

_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem;
  padding: 0 1rem; color: var(--ink); background: var(--paper); overflow-wrap: break-word; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 2.5rem 0 .6rem; }
.part { display: inline-block; max-width: 100%; } .nb { white-space: nowrap; }
a { color: inherit; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
figure { margin: 1rem 0 1.2rem; max-width: 45rem; }
figure svg { display: block; width: 100%; height: auto; }
.for-slim { display: none; }
@media (max-width: 560px) { .for-wide { display: none; } .for-slim { display: block; }
  figure { max-width: 26rem; } body { margin-top: 1rem; } }
table { border-collapse: collapse; font-size: .9rem; }
th, td { padding: .3rem .8rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--grid); }
.broad table { font-size: .82rem; }
.broad th, .broad td { padding: .3rem .45rem; }
.scroll th:first-child, .scroll td:first-child { padding-left: 0; }
td small, th small { display: block; font-size: .85em; font-weight: 400; color: var(--soft); }
th { font-weight: 600; vertical-align: bottom; border-bottom: 2px solid var(--grid); }
tfoot td { font-weight: 600; border-top: 2px solid var(--grid); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.number { white-space: normal; }
.when { font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { min-width: 8rem; }
.bar i { display: block; height: .9em; margin-top: .3em; background: var(--s0); }
th button { all: unset; cursor: pointer; }
th button:focus-visible, .scroll:focus-visible { outline: 2px solid var(--s0); }
th[aria-sort=ascending] button::after { content: " \\25b2"; font-size: .7em; }
th[aria-sort=descending] button::after { content: " \\25bc"; font-size: .7em; }
.scroll { overflow-x: auto; }
@media screen {
  /* A shade at an end says that the table goes on there; the paper before it moves along. */
  .scroll { background:
    linear-gradient(to right, var(--paper) 40%, transparent) left / 3rem 100% no-repeat local,
    linear-gradient(to left, var(--paper) 40%, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to right, var(--grid), transparent) left / 1rem 100% no-repeat scroll,
    linear-gradient(to left, var(--grid), transparent) right / 1rem 100% no-repeat scroll; }
}
@media screen {
  /* A broad table is set smaller where that shows the whole of it; below, it scrolls. */
  .scroll { container-type: inline-size; }
  @container (min-width: 56rem) {
    .broad table { font-size: clamp(.74rem, 1.28cqw, .82rem); }
    .broad th, .broad td { padding: .3rem .35rem; }
    .broadest table { font-size: clamp(.62rem, 1.06cqw, .82rem); }
    .broadest th, .broadest td { padding: .3rem .25rem; }
  }
}
@media screen and (max-width: 560px) {
  .minor { display: none; }
  th, td, .broad th, .broad td { padding: .3rem .4rem; }
  .scroll th:nth-child(1 of :not(.minor)), .scroll td:nth-child(1 of :not(.minor)) {
    padding-left: 0; position: sticky; left: 0; max-width: 10.5rem; background: var(--paper); }
}
.note, .dim, dt { color: var(--soft); }
.note, .prose { font-size: .92rem; max-width: 45rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.strong { font-weight: 600; }
dl { display: grid; grid-template-columns: fit-content(40%) 1fr; gap: .2rem 1.5rem; }
dd { margin: 0; overflow-wrap: anywhere; } dd, .prose { white-space: pre-wrap; }
@page { margin: 14mm; }
@media print {
  body { font-size: 10pt; margin: 0; max-width: none; padding: 0; }
  nav { display: none; }
  .for-wide { display: block; } .for-slim { display: none; }
  .scroll { overflow: visible; }
  figure { max-width: 14cm; }
  h1, h2, thead, figure { break-after: avoid; }
  tr, .scroll, figure, dt, .prose, .note { break-inside: avoid; }
  .prose, .note { break-before: avoid; font-size: 9pt; }
  table { font-size: 8.5pt; } th, td { padding: .15rem .5rem; }
  tfoot { display: table-row-group; }
  .broad table { font-size: 7.5pt; } .broad th, .broad td { padding: .15rem .3rem; }
  .bar i, figure svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""

# A click on a head sorts by it, a second one the other way; without it the page is whole too.
SORT = """\
for (const head of document.querySelectorAll("thead th")) {
  if (!head.textContent) continue;
  const button = document.createElement("button");
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const place = head.cellIndex, body = head.closest("table").tBodies[0];
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = row => row.cells[place].dataset.v ?? row.cells[place].textContent;
    const order = (a, b) => isNaN(a) || isNaN(b)
      ? a.localeCompare(b, document.documentElement.lang, { numeric: true }) : a - b;
    const sorted = [...body.rows].sort((one, two) => {
      const a = key(one), b = key(two);
      if (a === "" || b === "") return (a === "") - (b === "");
      return (up ? 1 : -1) * order(a, b);
    });
    body.append(...sorted);
  });
}
"""


def style(*, charts: bool) -> str:
    """The style sheet; with ``charts`` that of charts too. On paper it is always light."""
    light, dark = palette.variables(False), palette.variables(True)
    return (
        f":root {{ color-scheme: light dark; {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
        + _STYLE
        + (palette.fills() + "\n" if charts else "")
    )
