"""Plain data as JSON and back, for judge cells that ask a learner's code in another process.

None, numbers, strings, bytes, lists, tuples, dicts, sets, tensors and seeded generators pass by value. Anything else
stays where it is and passes as a numbered ticket. Nothing is pickled, so decoding runs no code of the other side.
"""

from __future__ import annotations

import base64
import math
import sys
from collections.abc import Callable
from typing import Any

from .values import DEEPEST

# Larger integers go as hexadecimal text: decimal text of more than 4,300 digits is refused by Python.
SAFE_INTEGER = 1 << 53
CONTAINERS: dict[str, type] = {"l": list, "t": tuple, "s": set, "z": frozenset}
NAMES = {kind: tag for tag, kind in CONTAINERS.items()}


def encode(value: Any, ticket: Callable[[Any], list[Any]], depth: int = 0) -> Any:
    """What JSON can carry of a value made of plain data.

    Args:
        value: plain data (see `values.plain`) and objects that `ticket` accepts.
        ticket: gives [number, name of the type] for an object that is not plain data, or raises a TypeError.
        depth: how deeply nested the value is; counted here.

    Raises:
        ValueError: nested too deeply.
        TypeError: something that cannot pass.
    """
    if depth > DEEPEST:
        raise ValueError(f"data nested more than {DEEPEST} deep cannot be checked")
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return value if abs(value) < SAFE_INTEGER else {"i": hex(value)}
    if kind is float:
        return {"f": value.hex()}
    if kind is complex:
        return {"c": [value.real.hex(), value.imag.hex()]}
    if kind is bytes:
        return {"b": base64.b64encode(value).decode()}
    if kind is dict:
        return {"d": [[encode(part, ticket, depth + 1) for part in item] for item in value.items()]}
    if kind in NAMES:
        return {NAMES[kind]: [encode(part, ticket, depth + 1) for part in value]}
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return {"T": _tensor_to_json(value)}
    if torch is not None and isinstance(value, torch.Generator):
        return {"G": value.initial_seed()}
    return {"H": ticket(value)}


def decode(data: Any, redeem: Callable[[int, str], Any]) -> Any:
    """The value that `encode` wrote down; an integer, string or container is never of a subclass.

    Args:
        data: decoded JSON, from whomever.
        redeem: gives the object that stands for a ticket's number and type name.

    Raises:
        ValueError: this is not what `encode` writes.
    """
    if data is None or type(data) in (bool, int, str):
        return data
    try:
        ((tag, body),) = data.items()
        return _decode_tagged(tag, body, redeem)
    except RecursionError:
        raise ValueError("data nested too deeply") from None
    except (TypeError, AttributeError, LookupError, OverflowError, RuntimeError) as error:
        raise ValueError(f"data that cannot be read: {error}") from None


def _decode_tagged(tag: str, body: Any, redeem: Callable[[int, str], Any]) -> Any:
    if tag == "i":
        return int(body, 16)
    if tag == "f":
        return float.fromhex(body)
    if tag == "c":
        return complex(float.fromhex(body[0]), float.fromhex(body[1]))
    if tag == "b":
        return base64.b64decode(body, validate=True)
    if tag == "d":
        return {decode(key, redeem): decode(value, redeem) for key, value in body}
    if tag in CONTAINERS:
        return CONTAINERS[tag]([decode(part, redeem) for part in body])
    if tag == "T":
        return _tensor_from_json(*body)
    if tag == "G":
        import torch

        return torch.Generator().manual_seed(int(body))
    if tag == "H":
        return redeem(int(body[0]), str(body[1])[:100])
    raise ValueError(f"unknown kind of data {tag!r}")


def _tensor_to_json(tensor: Any) -> list[Any]:
    """[dtype, shape, bytes in base64] of a dense tensor on the CPU."""
    import torch

    flat = tensor.detach().cpu().contiguous().resolve_conj().resolve_neg().flatten()
    data = flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""
    return [str(tensor.dtype).removeprefix("torch."), list(tensor.shape), base64.b64encode(data).decode()]


def _tensor_from_json(name: str, shape: list[int], text: str) -> Any:
    """The tensor; its size must be exactly that of its bytes."""
    import torch

    dtype = getattr(torch, name) if isinstance(name, str) and name.isidentifier() else None
    if not isinstance(dtype, torch.dtype) or not all(type(size) is int and size >= 0 for size in shape):
        raise ValueError("a tensor without a proper type and shape")
    data = base64.b64decode(text, validate=True)
    if math.prod(shape) * dtype.itemsize != len(data):
        raise ValueError("a tensor whose shape does not fit its data")
    if not data:
        return torch.empty(shape, dtype=dtype)
    return torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape).clone()
