"""Code that cannot be seen, and has been called: might it have opened a Pipes session?

A company's own library may well do so. Python's, and those that the whole world has, do not.
"""

from __future__ import annotations

import sys
from typing import Final

from .machine import Machine

_OF_THE_WORLD: Final = frozenset(
    (
        "aiohttp altair attr attrs azure boto3 botocore bs4 catboost chardet click clickhouse_connect cloudpickle "
        "colorama cryptography cv2 dagster_pipes dask databricks dateutil dbt deltalake docker dotenv duckdb "
        "fastparquet fire fsspec gcsfs geopandas google great_expectations h5py httpx ibis jinja2 joblib jsonschema "
        "kafka keras lightgbm loguru lxml marshmallow matplotlib minio mlflow more_itertools msgpack networkx nltk "
        "numba numpy openai openpyxl orjson pandas pandera paramiko patsy pendulum PIL plotly polars prophet psutil "
        "psycopg psycopg2 pyarrow pydantic pydantic_settings pymongo pymysql pyodbc pyproj pyspark pytest pytz "
        "rasterio redis regex requests rich ruamel s3fs scipy seaborn sentence_transformers shapely simplejson six "
        "sklearn snowflake spacy sqlalchemy sqlglot statsmodels structlog sympy tabulate tenacity tensorflow toml "
        "tomli torch torchvision tqdm transformers typer typing_extensions tzlocal ujson urllib3 xarray xgboost xlrd "
        "xlsxwriter yaml zstandard"
    ).split()
)
"""Libraries that know nothing of Dagster, by the names under which they are imported."""


def note(machine: Machine, name: str) -> None:
    """A library's function of this dotted name is called, and cannot be seen."""
    if not of_the_world(name):
        machine.roles["others"] = True


def of_the_world(name: str) -> bool:
    """Whether a dotted name is one of Python's own libraries, or of one that the whole world has."""
    root = name.partition(".")[0]
    return root in sys.stdlib_module_names or root in ("builtins", "base", *_OF_THE_WORLD)


def others_ran(machine: Machine) -> bool:
    """Whether code has run that nobody here knows."""
    return bool(machine.roles.get("others"))
