"""Addresses for every route of the application, made from its own map, so that new routes are covered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

SAMPLES = {"citation": "民法典#1079", "queue": "collection", "filename": "css/tokens.css"}


@dataclass(frozen=True)
class Route:
    """One rule with a method and an address that fits it."""

    endpoint: str
    method: str
    address: str
    rule: str


def routes(app: Flask, *, value: str = "999999") -> Iterator[Route]:
    """Every rule and method; variable parts are filled with ids that do not exist."""
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
            address = _address(app, rule, value)
            for method in sorted(rule.methods or ()):
                if method != "OPTIONS":
                    yield Route(rule.endpoint, method, address, rule.rule)


def _address(app: Flask, rule: Rule, value: str) -> str:
    values: dict[str, object] = {}
    for name in rule.arguments:
        converter = type(rule._converters[name]).__name__
        if isinstance(rule._converters[name], IntegerConverter):
            values[name] = 999_999
        elif converter == "UUIDConverter":
            values[name] = "00000000-0000-0000-0000-000000000000"
        elif converter == "AnyConverter":
            values[name] = sorted(rule._converters[name].items)[0]
        else:
            values[name] = SAMPLES.get(name, value)
    from werkzeug.routing import Map

    built = Map([rule.empty()]).bind("localhost").build(rule.endpoint, values, method=None)
    assert app is not None
    return str(built)
