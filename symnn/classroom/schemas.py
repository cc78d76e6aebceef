"""The published JSON Schemas: of exercises and networks from their forms, of results and submissions."""

from __future__ import annotations

from symnn.documents.kinds import JsonSchema
from symnn.documents.network_record import NETWORK
from symnn.documents.parsed import DRAFT, published_schema
from symnn.exercises.schema import EXERCISE

__all__ = ["schema"]


def schema(kind: str) -> JsonSchema:
    """Give the schema of one kind of file.

    >>> schema("exercise")["required"]
    ['symnn', 'id', 'title', 'prompt', 'parts']
    """
    match kind:
        case "exercise":
            return published_schema(EXERCISE, "exercise")
        case "network":
            return published_schema(NETWORK, "network")
        case "result":
            return _result()
        case "submission":
            return _submission()
    raise KeyError(kind)


def _text() -> JsonSchema:
    return {"type": "string"}


def _object(properties: JsonSchema, required: list[str]) -> JsonSchema:
    return {"type": "object", "properties": properties, "required": required}


def _result() -> JsonSchema:
    """Describe one result: a line of ``results.jsonl``, what ``verify --json`` prints."""
    value = {"type": ["number", "string"]}
    number = {"type": "number", "minimum": 0}
    finding = _object(
        {
            "code": _text(),
            "facts": {"type": "object"},
            "span": {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 2, "maxItems": 2},
            "message": _text(),
        },
        ["code", "facts", "message"],
    )
    witness = _object({"at": {"type": "object"}, "yours": value, "expected": value}, ["at", "yours", "expected"])
    notes = {"type": "array", "items": _text()}
    properties: JsonSchema = {
        "schema": {"const": "symnn/result/1"},
        **{name: _text() for name in ("exercise", "part", "student", "seed", "engine", "part_hash")},
        **{name: _text() for name in ("answer", "name", "time", "place", "cluster")},
        "mark": _object(
            {
                "points": {"type": ["number", "null"], "minimum": 0},
                "by": {"enum": ["engine", "person"]},
                "decision": _text(),
                "open": {"type": "boolean"},
                "counts": {"type": "boolean"},
            },
            ["points", "by", "open"],
        ),
        "attempt": {"type": "integer", "minimum": 1},
        "verdict": {"enum": ["correct", "partial", "wrong", "unreadable", "undecided"]},
        "points": number,
        "max": number,
        "read": _object({"text": _text(), "latex": _text(), "notes": notes}, ["text", "latex", "notes"]),
        "findings": {"type": "array", "items": finding},
        "hint": _object(
            {"level": {"type": "integer", "minimum": 1, "maximum": 4}, "message": _text()}, ["level", "message"]
        ),
        "reason": {"type": "object", "properties": {"method": _text(), "witness": witness}},
    }
    required = ["schema", "exercise", "part", "verdict", "points", "max", "read", "findings", "reason"]
    return {"$schema": DRAFT, "$id": "symnn/result/1", "title": "result", **_object(properties, required)}


def _submission() -> JsonSchema:
    """Describe one answer that a student hands in: a row of a long table."""
    attempt: JsonSchema = {"type": "integer", "minimum": 1}
    texts = {name: _text() for name in ("student", "name", "exercise", "part", "answer", "time")}
    required = ["student", "exercise", "part", "answer"]
    about = _object({**texts, "attempt": attempt}, required)
    return {"$schema": DRAFT, "$id": "symnn/submission/1", "title": "submission", **about}
