"""Tells what was measured, as tables of Markdown."""

import re
import statistics
import sys
from pathlib import Path

from lines import BOTH, GROWTH, LINES, NOT_WORSE, Line, Measure

# Columns of a table, and the hubs whose figures go there.
COLUMNS = {
    "limit": ("limit",),
    "coalescing limit": ("limit-coalescing",),
    "Nchan": ("nchan",),
    "Outpour": ("outpour", "outpour-memory"),
}
# The others have tables of their own.
TABLED = [line for line in LINES if not line.axis and not line.pair]
OUTPOUR_AT = "Outpour at "
BEGIN = "<!-- measured: written by benchmarks/compare --markdown --into -->"
END = "<!-- end of what was measured -->"


def value(run: dict, measure: Measure) -> float | None:
    """A figure of a run; None if that hub has none."""
    found = run
    for name in measure.field.split("."):
        found = found.get(name)
        if found is None:
            return None
    return found * measure.scale


def values(results: dict, line: Line, measure: Measure) -> dict[str, list[float]]:
    """The figures of all runs of a line, by column."""
    by_column = {}
    for column, hubs in COLUMNS.items():
        for hub in hubs:
            runs = results.get(line.name, {}).get("runs", {}).get(hub, [])
            figures = [each for run in runs if (each := value(run, measure)) is not None]
            if figures:
                by_column[column] = figures
    return by_column


def markdown(results: dict) -> str:
    parts = [_measured_on(results)]
    measures = [measure for line in TABLED for measure in line.measures]
    parts += [_table(results, table) for table in dict.fromkeys(each.table for each in measures)]
    parts += [_pairs(results), _growth(results)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _measured_on(results: dict) -> str:
    """Each machine once, with a table of the lines that were measured on it."""
    machines: dict[tuple, dict[tuple, list[str]]] = {}
    for line in LINES:
        if line.name in results:
            kept = results[line.name]
            rounds = max(len(runs) for runs in kept["runs"].values())
            how = f"{rounds} round{'s' if rounds > 1 else ''} of {kept['seconds']:g} s"
            version = [fact for fact in kept["machine"] if fact.startswith(OUTPOUR_AT)]
            machine = tuple(fact for fact in kept["machine"] if fact not in version)
            run = (kept["date"], ", ".join(fact.removeprefix(OUTPOUR_AT) for fact in version), how)
            machines.setdefault(machine, {}).setdefault(run, []).append(line.name)
    head = [_row(["lines", "date", "Outpour at", "rounds"]), _row(["---"] * 4)]
    return "\n\n".join(
        "\n".join(["Measured on:", "", *(f"- {fact}" for fact in facts), "", *head])
        + "".join(f"\n{_row([_names(names), *run])}" for run, names in runs.items())
        for facts, runs in machines.items()
    )


def _names(names: list[str]) -> str:
    plain = [f"`{name}`" for name in names if not name.startswith("growth-")]
    return ", ".join(plain + (["`growth`"] if len(plain) < len(names) else []))


def _table(results: dict, table: str) -> str:
    rows = [
        (line, measure, found)
        for line in TABLED
        for measure in line.measures
        if measure.table == table and (found := values(results, line, measure))
    ]
    columns = [column for column in COLUMNS if any(column in found for _, _, found in rows)]
    if not rows:
        return ""
    apart = {"Outpour"} if all(measure.to_limit for _, measure, _ in rows) else {"Outpour", "limit"}
    others = [column for column in columns if column not in apart]
    head = ["", *columns, *(f"÷ {other}" for other in others)]
    lines = [_row(head), _row(["---"] + ["---:"] * (len(head) - 1))]
    for line, measure, found in rows:
        title = ", ".join(part for part in (line.title, measure.label) if part)
        cells = [f"{title} (`{line.name}`)"]
        cells += [_spread(found[column]) if column in found else "" for column in columns]
        cells += [_ratio(found, other) for other in others]
        lines.append(_row(cells))
    return f"### {table}\n\n" + "\n".join(lines)


def _pairs(results: dict) -> str:
    """Outpour without and with something, a ratio for each round."""
    head = ["", "without", "with", "with ÷ without", "has to be"]
    lines = [_row(head), _row(["---"] + ["---:"] * (len(head) - 1))]
    for line in LINES:
        if line.pair and line.name in results:
            runs = results[line.name]["runs"]
            for measure, must in zip(line.measures, line.must):
                without, given = ([value(run, measure) for run in runs[hub]] for hub in line.hubs)
                ratios = [one / other for one, other in zip(given, without)]
                what = ", ".join(part for part in (measure.table, measure.label) if part)
                cells = [f"{line.title} (`{line.name}`): {what}"]
                cells += [_spread(each) for each in (without, given, ratios)]
                lines.append(_row([*cells, must]))
    return "### Outpour beside itself\n\n" + "\n".join(lines) if len(lines) > 2 else ""


def against(results: dict) -> tuple[str, bool]:
    """Two jars, a ratio for each round: above one is worse; and whether that is so of any line."""
    rows = [["", *BOTH, "worse by", ""], ["---"] + ["---:"] * 3 + ["---"]]
    is_worse = False
    for line in LINES:
        runs = results.get(line.name, {}).get("runs")
        for measure in line.measures if runs else ():
            new, old = ([value(run, measure) for run in runs[hub]] for hub in BOTH)
            pairs = zip(old, new) if measure.more else zip(new, old)
            ratios = [one / other for one, other in pairs]
            # A line is for its first measure; the others say why.
            judged = measure == line.measures[0]
            fails = judged and statistics.median(ratios) > NOT_WORSE
            is_worse |= fails
            what = ", ".join(part for part in (measure.table, measure.label) if part)
            verdict = ("worse" if fails else "not worse") if judged else ""
            figures = (_spread(each) for each in (new, old, ratios))
            rows.append([f"`{line.name}`: {what}", *figures, verdict])
    return "\n".join(_row(row) for row in rows), is_worse


def _growth(results: dict) -> str:
    """A picture, and its figures for those who cannot see it."""
    tables = []
    for axis in dict.fromkeys(line.axis for line in GROWTH):
        lines = [line for line in GROWTH if line.axis == axis and line.name in results]
        if lines:
            found = [values(results, line, line.measures[0]) for line in lines]
            rows = [[axis, *(f"{line.x:,}" for line in lines)], ["---"] + ["---:"] * len(lines)]
            for column in ("limit", "Outpour"):
                cells = (number(statistics.median(f[column])) if column in f else "" for f in found)
                rows.append([column, *cells])
            rows.append(["ratio", *(_ratio(f, "limit") for f in found)])
            tables.append("\n".join(_row(row) for row in rows))
    if not tables:
        return ""
    alt = "Server CPU per delivered event as subscribers, topics, size and rate grow"
    picture = f"![{alt}](docs/benchmarks.svg)"
    figures = "<details><summary>The figures of the picture</summary>"
    return "\n\n".join(["### As it grows", picture, figures, *tables, "</details>"])


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _spread(figures: list[float]) -> str:
    median = number(statistics.median(figures))
    if len(figures) == 1:
        return median
    return f"**{median}** ({number(min(figures))}–{number(max(figures))})"


def _ratio(found: dict[str, list[float]], other: str) -> str:
    if other not in found or "Outpour" not in found:
        return ""
    base = statistics.median(found[other])
    return f"{statistics.median(found['Outpour']) / base:.2f}" if base else ""


def number(figure: float) -> str:
    """Three digits that count."""
    if abs(figure) >= 100:
        return f"{float(f'{figure:.3g}'):,.0f}"
    return f"{figure:.2f}" if abs(figure) < 10 else f"{figure:.1f}"


def put_into(file: Path, text: str) -> None:
    """Replaces what stands between the marks."""
    old = file.read_text()
    region = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    if not region.search(old):
        sys.exit(f"{file} has no place for the tables: lines with {BEGIN} and {END}")
    file.write_text(region.sub(lambda _: f"{BEGIN}\n\n{text}\n{END}", old))
