"""The table of the README: what was measured, beside the floor of the same run."""


class Table:
    def __init__(self):
        self.rows = []

    def add(self, what, figure, floor="", ratio=None):
        self.rows.append((what, figure, floor, "" if ratio is None else f"{ratio:.2f}"))

    def print(self):
        print("| what | patrold | floor of the same run | ratio |\n|---|---|---|---|")
        for row in self.rows:
            print("| " + " | ".join(row) + " |")


def rate(value, unit="events/s"):
    return f"{value:,.0f} {unit}"
