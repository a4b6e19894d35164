"""Values that are not what they should be: metadata by its type, and what only looks like a bool."""

from __future__ import annotations

WRONG: dict[str, tuple[str, ...]] = {
    "int": ("1.5", '"3"', "total / 2", "str(total)", "[total]", "float(total)", "round(2.5, 1)"),
    "float": ("3", "total", "len(rows)", '"0.5"', "int(2.5)", "True"),
    "text": ("3", "total", "rows", "0.5", "True", "len(names)"),
    "bool": ("1", '"yes"', "len(rows)", "total", "0.0"),
    "json": ("3", "total", "0.5", "True"),
    "timestamp": ('"2024-01-01"', "None", "str(total)", "rows"),
    "url": ("3", "rows", "total"),
    "path": ("3", "rows", "True"),
    "notebook": ("3", "total"),
    "md": ("3", "names"),
    "table_schema": ("[]", '"id"', "3", '["id"]'),
    "table": ("[]", '"id"', "rows"),
}
WRONG_IN_FRAMES: dict[str, tuple[str, ...]] = {
    "int": ('frame["b"].mean()', "float(array.mean())", "str(frame.shape)"),
    "float": ("len(frame)", "int(array.max())", "array.max().item()"),
    "text": ("frame.shape[0]", "array.tolist()"),
}
WRONG_IN_R: dict[str, tuple[str, ...]] = {
    "int": ("1.5", '"3"', "rows", "list(3)", "paste0(total)"),
    "float": ("3L", "2.0", '"0.5"', "nrow(frame)", "TRUE", "length(rows)"),
    "text": ("3", "TRUE", "rows", "nrow(frame)", "names_"),
    "bool": ("1", '"TRUE"', "nrow(frame)", "c(TRUE, FALSE)"),
    "json": ("3", "TRUE", "0.5", "nrow(frame)"),
    "timestamp": ('"2024-01-01"', "NULL", "format(Sys.time())", "NA"),
    "url": ("3", "rows"),
    "path": ("3", "TRUE"),
    "md": ("3", "names_"),
}
NUMPY = ('(frame["a"] > 0).all()', 'frame["a"].isna().sum() == 0', "array.any()", "np.all(array > 0)")
