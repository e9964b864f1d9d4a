"""Parquet files; the only module that talks to pyarrow."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from planner.errors import MissingExtraError

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ModuleNotFoundError as error:
    raise MissingExtraError("pyarrow", "collect") from error

VERSION = str(pa.__version__)
Dtype = Literal["float32", "int64", "bool", "string", "picture"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column holds.

    Attributes:
        dtype: Of each number; a `picture` is a file's content.
        names: Of the numbers in a row; there is one if empty.
    """

    dtype: Dtype = "float32"
    names: tuple[str, ...] = ()


def parquet(
    columns: Mapping[str, Sequence[Any]],
    kinds: Mapping[str, Kind],
    metadata: Mapping[str, str] | None = None,
) -> bytes:
    """Return a file of columns, all of one length."""
    table: Any = pa.table(
        {
            name: _array(values, kinds[name].dtype, len(kinds[name].names))
            for name, values in columns.items()
        }
    )
    if metadata is not None:
        table = table.replace_schema_metadata(dict(metadata))
    return _written(table)


def with_numbers(content: bytes, columns: Mapping[str, Sequence[int]]) -> bytes:
    """Return a file with further columns of whole numbers."""
    table: Any = pq.read_table(io.BytesIO(content))
    for name, values in columns.items():
        table = table.append_column(name, pa.array(values, type=pa.int64()))
    return _written(table)


def of_rows(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a file of rows that have the same names."""
    return _written(pa.Table.from_pylist([dict(row) for row in rows]))


def rows_of(content: bytes) -> list[dict[str, Any]]:
    """Return the rows of a file."""
    return pq.read_table(io.BytesIO(content)).to_pylist()


def _array(values: Sequence[Any], dtype: Dtype, count: int) -> Any:
    if dtype == "picture":
        kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
        return pa.array([{"bytes": each, "path": None} for each in values], type=kind)
    kinds: dict[str, Any] = {
        "float32": pa.float32(),
        "int64": pa.int64(),
        "bool": pa.bool_(),
        "string": pa.string(),
    }
    kind = kinds[dtype]
    return pa.array(values, type=pa.list_(kind, count) if count else kind)


def _written(table: Any) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()
