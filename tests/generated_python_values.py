"""Expressions of a generated script in Python, by the metadata type that takes them; and what they need."""

from __future__ import annotations

VALUES: dict[str, tuple[str, ...]] = {
    "int": (
        "len(rows)",
        "3",
        "sum(rows)",
        "int(1.5)",
        "total",
        "max(rows) - 1",
        "rows[0]",
        "count(rows)",
        "10**30",
        "True",
    ),
    "float": (
        "0.5",
        "total / 4",
        "float(total)",
        "sum(rows) / len(rows)",
        "round(0.1234, 2)",
        "math.sqrt(2)",
        "mean(rows)",
    ),
    "text": (
        '"x"',
        'f"{total} rows"',
        "str(total)",
        '", ".join(names)',
        '"a-%d" % total',
        "names[0].upper()",
        '"Q".lower()',
    ),
    "bool": ("True", "total > 0", "bool(rows)", "not names", '"x" in names', "isinstance(total, int)", "all(rows)"),
    "json": (
        "rows",
        '{"a": 1}',
        "[1, 'b']",
        "{name: len(name) for name in names}",
        "dict(total=total)",
        "sorted(names)",
    ),
    "timestamp": ("1700000000.5", "time.time()", "1700000000"),
    "url": ('"https://example.org"', 'f"https://example.org/{total}"'),
    "path": ('"/data/x.parquet"', 'os.path.join("/data", "x.csv")', "str(Path('/data') / 'x.csv')"),
    "notebook": ('"/data/x.ipynb"',),
    "md": ('"# Rows"', 'f"*{total}* rows"'),
    "null": ("None",),
    "table_schema": ('{"columns": [{"name": "id", "type": "int"}]}',),
    "table": ('{"records": [{"id": 1}], "schema": [{"name": "id", "type": "int"}]}',),
}
FRAMES: dict[str, tuple[str, ...]] = {
    "int": (
        "len(frame)",
        'int(frame["a"].sum())',
        "frame.shape[0]",
        "int(array.max())",
        'frame["a"].sum().item()',
        "array.size",
    ),
    "float": (
        'float(frame["b"].mean())',
        'frame["b"].mean()',
        "float(array.mean())",
        "array.mean().item()",
        "np.mean(array)",
    ),
    "bool": ('bool((frame["a"] > 0).all())', "frame.empty", 'int(frame["a"].isna().sum()) == 0', "bool(array.any())"),
    "json": ('frame["a"].tolist()', "array.tolist()", 'frame.to_dict("list")'),
    "text": ('str(frame["a"].dtype)', "f\"{frame['b'].mean():.2f}\""),
}
NEEDS = {
    "math.": "import math",
    "time.": "import time",
    "os.path": "import os",
    "Path(": "from pathlib import Path",
    "np.": "import numpy as np",
    "pd.": "import pandas as pd",
}
HELPERS = {
    "count(rows)": "def count(values):\n    return len(values)",
    "mean(rows)": "def mean(values: list[int]) -> float:\n    return sum(values) / len(values)",
}
