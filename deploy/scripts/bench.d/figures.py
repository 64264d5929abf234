"""Figures of several runs, and the table that shows them beside the goals of the design."""

from statistics import median


class Figure:
    """The median of its values, with the least and the greatest."""

    def __init__(self, values):
        self.values = list(values)

    @property
    def median(self):
        return median(self.values)

    def text(self, digits=1):
        if not self.values:
            return "-"
        text = f"{self.median:.{digits}f}"
        if len(self.values) > 1:
            text += f" ({min(self.values):.{digits}f}-{max(self.values):.{digits}f})"
        return text


class Table:
    HEAD = ("figure", "nodeflame", "perf record", "ratio", "goal", "met")

    def __init__(self):
        self.rows = []

    def add(self, name, ours, perf=None, at_most=None, over_perf=None, digits=1):
        """A row. The goal is a bound of our median, or of how far it is above perf's."""
        theirs = perf.median if perf else None
        ratio = f"{ours.median / theirs:.2f}" if theirs and over_perf is None else "-"
        goal, met = "-", "-"
        if at_most is not None:
            goal, met = f"<= {at_most:g}", _yes(ours.median <= at_most)
        elif over_perf is not None and perf:
            goal, met = f"<= perf + {over_perf:g}", _yes(ours.median - theirs <= over_perf)
        self.rows.append(
            (name, ours.text(digits), perf.text(digits) if perf else "-", ratio, goal, met)
        )

    def text(self):
        rows = [self.HEAD, *self.rows]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.HEAD))]
        lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip() for row in rows]
        lines.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join(lines)


def _yes(met):
    return "yes" if met else "no"
