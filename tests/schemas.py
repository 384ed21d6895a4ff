"""Data that a JSON Schema admits: a strategy for the keywords that ours use, references to themselves included."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

Schema = Mapping[str, Any]


class Admitted:
    """Strategies for what a schema admits; each definition is made once, since some name themselves."""

    def __init__(self, schema: Schema) -> None:
        self.defs: Mapping[str, Schema] = schema["$defs"]
        self.known: dict[tuple[str, bool], st.SearchStrategy[Any]] = {}
        self.data = self.of(schema)

    def of(self, schema: Schema) -> st.SearchStrategy[Any]:
        """Data that a schema admits."""
        if "$ref" in schema:
            return self._named(schema["$ref"].removeprefix("#/$defs/"), is_open="required" in schema)
        if "const" in schema:
            return st.just(schema["const"])
        if "enum" in schema:
            words: list[Any] = schema["enum"]
            return st.sampled_from(words)
        if "anyOf" in schema:
            rest = {key: each for key, each in schema.items() if key not in ("anyOf", "$defs")}
            return st.one_of([self.of(each if "$ref" in each else {**each, **rest}) for each in schema["anyOf"]])
        return self._typed(schema)

    def _named(self, name: str, *, is_open: bool) -> st.SearchStrategy[Any]:
        if (name, is_open) not in self.known:
            schema = self.defs[name]
            whole = {**schema, "required": ["kind", *schema.get("required", [])]} if is_open else schema
            self.known[name, is_open] = st.deferred(lambda: self.of(whole))
        return self.known[name, is_open]

    def _typed(self, schema: Schema) -> st.SearchStrategy[Any]:
        kind = schema.get("type")
        if kind == ["integer", "string"]:
            return st.one_of([self._typed({**schema, "type": each}) for each in ("integer", "string")])
        if kind == "string":
            if schema.get("format") == "date":
                return st.dates().map(date.isoformat)
            if "pattern" in schema:  # `$` is the end of the text, as in the schema's dialect
                pattern: str = schema["pattern"]
                return st.from_regex(pattern.replace("$", r"\Z"))
            return st.text(min_size=schema.get("minLength", 0), max_size=9)
        if kind == "integer":
            low, high = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
            return st.integers(
                schema.get("minimum") if low is None else low + 1, schema.get("maximum") if high is None else high - 1
            )
        if kind == "array":
            return self._array(schema)
        if kind == "object":
            return self._object(schema)
        others: dict[str, st.SearchStrategy[Any]] = {"boolean": st.booleans(), "null": st.none()}
        return others.get(str(kind), st.none() | st.integers() | st.text())

    def _array(self, schema: Schema) -> st.SearchStrategy[Any]:
        if "prefixItems" in schema:
            return st.tuples(*map(self.of, schema["prefixItems"])).map(list)
        least = schema.get("minItems", 0)
        unique = repr if schema.get("uniqueItems") else None
        return st.lists(
            self.of(schema["items"]), min_size=least, max_size=schema.get("maxItems", least + 1), unique_by=unique
        )

    def _object(self, schema: Schema) -> st.SearchStrategy[Any]:
        if isinstance(schema.get("additionalProperties"), dict):
            return st.dictionaries(st.text(max_size=5), self.of(schema["additionalProperties"]), max_size=2)
        required = set(schema.get("required", ()))
        parts = {key: self.of(each) for key, each in schema["properties"].items()}
        given = {key: each for key, each in parts.items() if key in required}
        optional = [key for key in parts if key not in required]
        few = st.lists(st.sampled_from(optional), max_size=2, unique=True) if optional else st.just([])
        return few.flatmap(lambda more: st.fixed_dictionaries(given | {key: parts[key] for key in more}))
