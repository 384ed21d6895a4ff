"""JSON Schema of the nouns, from the annotations that check them: what it admits can be built, but for rules between
fields, which only a constructor can look at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import NoneType
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

from dunning._base.forms import (
    LISTS,
    SETS,
    TEXTS,
    bare,
    fields_of,
    form_of,
    is_noun,
    kind_name,
    name_of,
    nouns_in,
    text_types,
    wholes,
)
from dunning._base.guards import guarded
from dunning._base.kinds import Must
from dunning.errors import NotFound
from dunning.ledger import Fact
from dunning.serial.nouns import FORM, kinds

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema: TypeAlias = dict[str, Any]

_PLAIN: Mapping[Any, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
    NoneType: {"type": "null"},
    Any: {},
}


class _Schemas:
    """The definitions that a schema needs, each noun once."""

    def __init__(self) -> None:
        self.defs: dict[str, Schema] = {}

    def of(self, hint: Any) -> Schema:
        """The schema of an annotation."""
        return self._of(hint, text_types(hint), nouns_in(hint))

    def _of(self, hint: Any, texts: frozenset[Any], nouns: tuple[type[Any], ...], pattern: str = "") -> Schema:
        """The same as a part of an annotation that admits these texts and nouns in all; `pattern` holds for texts."""
        if get_origin(hint) is Annotated:
            inner, *musts = get_args(hint)
            more = {key: each for must in musts if isinstance(must, Must) for key, each in must.schema.items()}
            found = self._of(inner, texts, nouns, more.get("pattern", pattern))
            return found | {key: each for key, each in more.items() if key != "pattern" or "anyOf" not in found}
        parts = [each for each in wholes(hint) if get_origin(each) is not Callable]  # functions are no data
        if len(parts) != 1 or parts[0] is not hint:
            schemas = [self._of(each, texts, nouns, pattern) for each in parts]
            different = [each for at, each in enumerate(schemas) if each not in schemas[:at]]
            return different[0] if len(different) == 1 else {"anyOf": different}
        if hint in TEXTS:
            text = TEXTS[hint].schema | ({"pattern": pattern} if pattern else {})
            return text if len(texts) == 1 else _tagged(TEXTS[hint].kind, text)
        return self.noun(hint, nouns) if is_noun(hint) else self._other(hint)

    def _other(self, hint: Any) -> Schema:
        origin, args = get_origin(hint), get_args(hint)
        if hint in _PLAIN:
            return dict(_PLAIN[hint])
        if origin is Literal:
            return {"enum": [*args]}
        if origin is tuple and not (len(args) == 2 and args[1] is Ellipsis):
            items = [self.of(each) for each in args]
            return {"type": "array", "prefixItems": items, "minItems": len(args), "maxItems": len(args)}
        if origin in LISTS:
            unique = {"uniqueItems": True} if origin in SETS else {}
            return {"type": "array", "items": self.of(args[0])} | unique
        if bare(args[0]) is str:
            return {"type": "object", "additionalProperties": self.of(args[1])}
        pair = {"type": "array", "prefixItems": [self.of(each) for each in args], "minItems": 2, "maxItems": 2}
        return {"type": "array", "items": pair}

    def noun(self, cls: type[Any], nouns: tuple[type[Any], ...]) -> Schema:
        """The reference to a noun of several, which has to name its kind unless no other is meant."""
        name = name_of(cls)
        if name not in self.defs:
            self.defs[name] = {}
            self.defs[name] = self.table(cls)
        if "anyOf" in self.defs[name] and len(nouns) == 1:
            return own_shape(cls, self.defs[name])
        found: Schema = {"$ref": f"#/$defs/{name}"}
        return found if len(nouns) == 1 or form_of(cls) is not None else found | {"required": ["kind"]}

    def table(self, cls: type[Any]) -> Schema:
        """The table of a noun's fields."""
        about = {"title": kind_name(cls), "description": (cls.__doc__ or "").partition("\n")[0]}
        form = form_of(cls)
        if form is not None:
            return form.schema(self.of)
        fields = fields_of(cls)
        properties = {"kind": {"const": kind_name(cls)}} | {field.key: self.of(field.hint) for field in fields}
        required = [field.key for field in fields if field.default is None]
        return about | {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


def _tagged(kind: str, value: Schema) -> Schema:
    """What says itself what it is, where an annotation admits several texts."""
    properties = {"kind": {"const": kind}, "value": value}
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


@guarded
def schema(kind: str) -> Schema:
    """The JSON Schema (2020-12) of a kind of `kinds()`, or of any `"fact"`: what `from_data` reads.

    What it admits can be built, but for rules between fields; what `to_data` writes, it admits. Decimals are texts in
    it; `from_data` reads whole numbers for them as well.

    Raises:
        NotFound: there is no such kind.

    >>> schema("reversal")["required"]
    ['kind', 'id', 'of', 'on']
    >>> schema("payment")["properties"]["currency"]
    {'type': 'string', 'pattern': '^[A-Z]{3}$'}
    """
    schemas = _Schemas()
    if kind == "fact":
        return {"$schema": DIALECT, "title": "fact"} | schemas.of(Fact) | {"$defs": schemas.defs}
    known = kinds()
    if kind not in known:
        raise NotFound("kind", kind, ["fact", *known])
    cls = known[kind]
    found = schemas.table(cls)
    if "anyOf" in found:
        found = own_shape(cls, found)
    own = {"kind": {"const": kind}, "form": {"const": FORM}}
    found = found | {"properties": found["properties"] | own, "required": ["kind", *found.get("required", [])]}
    return {"$schema": DIALECT, "title": kind} | found | {"$defs": schemas.defs}


def own_shape(cls: type[Any], found: Schema) -> Schema:
    """Of the shapes of a form that several nouns share, that of one of them."""
    return next(each for each in found["anyOf"] if each["properties"]["kind"]["const"] == kind_name(cls))
