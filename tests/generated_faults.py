"""The ways to break a generated project, each with the rule that is to say so."""

from __future__ import annotations

from typing import NamedTuple

from generated_breaks import (
    Break,
    after,
    again,
    bare,
    by_way,
    custom_unread,
    environment_injector,
    extra_of_check,
    interpreter,
    keyless,
    line,
    malformed,
    mismatched,
    misspelt,
    no_metadata_in_r,
    not_bool,
    not_metadata,
    not_metadata_in_r,
    one_of,
    partition_read,
    positional,
    property_read,
    removed,
    report_from_op,
    resource,
    swallowed,
    twice,
    undeclared,
    unimported,
    unopened,
    unreported,
    window_read,
    window_read_in_r,
    within,
    word,
)


class Fault(NamedTuple):
    rule: str
    place: str
    """The kind of place that is broken."""
    broken: Break
    """What stands there afterwards; None if this place cannot be broken so."""
    at: str = ""
    """The spot where it is found, if that is not what was put in."""
    also: tuple[str, ...] = ()
    """Rules that may say what follows from it."""
    green: bool | None = False
    """Whether the run succeeds all the same, and every report that is sent arrives; None if that depends."""


NULL = ("non-bool-passed", "metadata-value-mismatch")
"""What is found where an extra is used that cannot come as it is meant."""

FAULTS: dict[str, Fault] = {
    # --- extras
    "extra misspelt": Fault(
        "missing-extra", "key", by_way(word, "get", "subscript", "wrapped", "loop"), also=("unused-extra",)
    ),
    "extra misspelt in [[ of R": Fault(
        "missing-extra", "key", by_way(word, "double"), also=("unused-extra", *NULL), green=None
    ),
    "extra misspelt after $": Fault("missing-extra", "key-name", bare, also=("unused-extra", *NULL), green=None),
    "extra misspelt where it is passed": Fault(
        "missing-extra",
        "extra-key",
        bare,
        at="read:{number}:{key} inside:{number}:{key}",
        also=("unused-extra", *NULL),
        green=None,
    ),
    "extra not passed": Fault(
        "missing-extra", "extra", removed, at="read:{number}:{key} inside:{number}:{key}", also=NULL, green=None
    ),
    "extra passed in vain": Fault("unused-extra", "extra-more", one_of('"colour": "red"'), green=True),
    "extra that is no JSON": Fault(
        "non-serializable-extra",
        "extra-value",
        one_of("«1, 2»", 'b"x"', "bytearray(3)", "frozenset()", "range(3)"),
        also=(*NULL, "malformed-metadata"),
    ),
    "extra as an attribute": Fault("extras-attribute-access", "read", one_of("{ctx}.extras.{key}", language="python")),
    # --- checks
    "check misspelt": Fault("unknown-check", "check-name", word, also=("unreported-check",)),
    "check misspelt where it is declared": Fault(
        "unknown-check", "spec-name", bare, at="reported:{number}:{check} loop:{number}", also=("unreported-check",)
    ),
    "check declared in vain": Fault("unreported-check", "specs", extra_of_check),
    "check not reported": Fault("unreported-check", "report-call", unreported("check:"), at="spec:{number}:{name}"),
    "check of nobody": Fault("unknown-check", "here", undeclared, also=("single-result-of-many",)),
    "check twice": Fault("check-reported-twice", "after-report", twice("check:", kind="asset")),
    "one result of two": Fault(
        "single-result-of-many", "after-report", twice("check:"), at="single:{number}", also=("check-reported-twice",)
    ),
    "check on another asset": Fault(
        "check-on-other-asset",
        "spec-asset",
        one_of('"elsewhere"', '["raw", "elsewhere"]'),
        also=("unknown-check", "unreported-check"),
    ),
    "severity": Fault("invalid-severity", "severity", one_of('"warn"', '"WARNING"', '"error"', '"INFO"', '"FATAL"')),
    "passed": Fault("non-bool-passed", "passed", not_bool),
    # --- metadata
    "metadata type": Fault(
        "invalid-metadata-type", "type", one_of('"integer"', '"string"', '"markdown"', '"INT"', '"number"', '"str"')
    ),
    "metadata value": Fault("metadata-value-mismatch", "raw", mismatched),
    "metadata entry": Fault("malformed-metadata", "entry", malformed),
    "metadata of no entries": Fault("malformed-metadata", "metadata", not_metadata),
    "metadata of no names in R": Fault(
        "malformed-metadata", "r-metadata", not_metadata_in_r, also=("unreported-check",)
    ),
    "no metadata in R": Fault("empty-metadata", "r-metadata", no_metadata_in_r),
    # --- assets
    "asset key misspelt": Fault(
        "unknown-asset-key", "asset-key", word, also=("unreported-asset", "unreported-check", "unknown-check")
    ),
    "no asset key": Fault("missing-asset-key", "report-call", keyless),
    "materialized twice": Fault("materialized-twice", "after-report", twice("asset:")),
    "asset not reported": Fault(
        "unreported-asset", "report-call", unreported("asset:", implicit=False), at="result:{number} declared:{number}"
    ),
    "property of no asset": Fault("asset-property-outside-asset", "member", property_read),
    "data version": Fault(
        "invalid-data-version", "data-version", one_of("3", "0.5", "total", "['v1']", language="python")
    ),
    "data version in R": Fault(
        "invalid-data-version", "data-version", one_of("3", "0.5", "total", "TRUE", language="r")
    ),
    # --- calls
    "extra with a default": Fault("invalid-arguments", "get-more", one_of(", 1", ", None")),
    "unknown argument of a report": Fault(
        "invalid-arguments", "report-argument", one_of(", description=None", ", tags=None", language="python", first="")
    ),
    "unknown argument of a report in R": Fault(
        "invalid-arguments", "report-argument", one_of(", description = 1", ', name = "x"', language="r", first="")
    ),
    "unknown argument of run": Fault(
        "invalid-arguments", "run-argument", one_of(", timeout=5", ", custom_message_handler=print")
    ),
    "swapped check": Fault(
        "swapped-arguments",
        "report-call",
        positional(
            'CTX.report_asset_check("NAME", True, {"n": 3}, "WARN")',
            'CTX$report_asset_check("NAME", TRUE, "WARN", metadata = list(n = 3))',
            "check:",
        ),
    ),
    "swapped materialization": Fault(
        "swapped-arguments",
        "report-call",
        positional('CTX.report_asset_materialization({"n": 3}, "NAME")', "", "asset:"),
        green=True,
    ),
    "swapped materialization in R": Fault(
        "swapped-arguments",
        "report-call",
        positional("", 'CTX$report_asset_materialization(list(n = 3), "v1")', "asset:"),
        also=("unreported-asset",),
    ),
    "member": Fault(
        "unknown-member",
        "report",
        lambda random, text, about: text.replace("_asset", "") if "material" in text else "report_check",
        also=("unreported-check", "unreported-asset"),
    ),
    "log called": Fault("unknown-member", "log", one_of('{ctx}.log("begun")', language="python")),
    "log's method in R": Fault("unknown-member", "log", one_of('{ctx}$log$info("begun")', language="r")),
    "import": Fault("unknown-import", "import", unimported),
    "log level": Fault("unknown-member", "log-level", one_of("notice", "warnings", "success")),
    "log level in R": Fault("invalid-log-level", "r-level", one_of('"WARN"', '"NOTICE"', '"TRACE"')),
    "log level as a number": Fault("invalid-log-level", "log", one_of('{ctx}.log.log(25, "begun")', language="python")),
    "log message": Fault(
        "invalid-log-message", "log-message", one_of('"%d rows of %d", total', '"begun", total', language="python")
    ),
    "log message in R": Fault(
        "invalid-log-message", "log-message", one_of("3", "rows", "names_", "list(1)", language="r")
    ),
    "stream": Fault(
        "invalid-stream",
        "here",
        line(
            'CTX.log_external_stream("driver", "x") | CTX.log_external_stream("STDOUT", "x")',
            'CTX$log_external_stream("driver", "x")',
        ),
    ),
    "payload": Fault("non-serializable-payload", "payload", one_of("«1, 2»", 'b"x"', '«"at": bytes(2)»')),
    "payload of nobody": Fault("unread-custom-message", "here", custom_unread, green=True),
    # --- session
    "unopened": Fault("context-before-open", "session", unopened, at="get:{number}"),
    "never called": Fault(
        "unopened-session",
        "main",
        lambda random, text, about: None if about["demands"] else "",
        at="never:{number}",
        also=("unused-extra",),
    ),
    "unclosed": Fault(
        "unclosed-session",
        "finally",
        lambda random, text, about: "invisible(NULL)" if "$" in text else 'print("left")',
        at="opening:{number}",
    ),
    "after the end": Fault("report-after-close", "after-session", within("python", after)),
    "after the end in R": Fault("report-after-close", "after-session", within("r", after), green=True),
    "opened twice": Fault("session-opened-twice", "after-session", within("python", again)),
    "opened twice in R": Fault("session-opened-twice", "after-session", within("r", again), green=True),
    "swallowed": Fault("swallowed-failure", "session", swallowed, green=True),
    # --- partitions
    "partition of none": Fault("partition-without-definition", "member", within("python", partition_read)),
    "partition of none in R": Fault("partition-without-definition", "member", within("r", partition_read), green=True),
    "window of none": Fault("time-window-without-time-partitions", "member", window_read),
    "window of none in R": Fault("time-window-without-time-partitions", "member", window_read_in_r, green=True),
    # --- launching
    "script misspelt": Fault(
        "script-not-found",
        "script",
        lambda random, text, about: misspelt(random, text[: text.rindex(".")]) + text[text.rindex(".") :],
    ),
    "interpreter": Fault("wrong-interpreter", "interpreter", interpreter),
    "command with a number": Fault("invalid-command", "command-item", one_of(", 3", ", 0.5", ", None")),
    "command as one text": Fault("invalid-command", "command", one_of("{one}")),
    "environment": Fault("invalid-environment", "env-value", one_of("3", "None", "True")),
    "environment of one's own": Fault(
        "invalid-environment", "bootstrap", one_of('"MODE": "fast"'), at="env:{number}", green=None
    ),
    "run's context": Fault("wrong-run-context", "run-context", one_of("context")),
    "resource": Fault("missing-resource", "resource-key", resource, at="client", also=("missing-resource",)),
    "transport": Fault("unsupported-transport", "client", environment_injector),
    # --- results
    "results dropped": Fault("discarded-results", "return", removed),
    "one of many": Fault(
        "single-result-of-many",
        "result",
        lambda random, text, about: "get_materialize_result" if about["kind"] == "multi" else None,
    ),
    "report from an op": Fault("report-from-op", "here", report_from_op),
    "annotation": Fault(
        "invalid-return-annotation", "returns", lambda random, text, about: " -> int" if about["refused"] else None
    ),
    "custom messages unread": Fault(
        "unread-custom-message", "custom", lambda random, text, about: "", at="custom:{number}", green=True
    ),
    # --- the linter itself
    "unreadable script": Fault("unreadable-file", "end", one_of("\ndef broken(:\n    pass", language="python")),
    "unreadable script in R": Fault("unreadable-file", "end", one_of("\nbroken <- function( ) {{ ]", language="r")),
    "nothing ignored": Fault(
        "unused-suppression", "comment", one_of("  # pipes-lint: ignore[missing-extra] for now"), green=True
    ),
    "unknown rule ignored": Fault(
        "unknown-suppression", "comment", one_of("  # pipes-lint: ignore[missing-extras] for now"), green=True
    ),
    "directive at no launch": Fault(
        "stale-directive", "comment", one_of("  # pipes-lint: script=elsewhere.py"), green=True
    ),
    "command from outside": Fault("unresolved-launch", "command", one_of('context.run.tags["command"].split()')),
}
