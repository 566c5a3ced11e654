"""A charter's parameters as the model reads them: one table for each space, the nearest charter written last.

The checks read them by another way (rules/parameters.py).
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from scheduler.problem import Charter, LocalCharter, Problem, Quota, Space

LOCAL = tuple(field.name for field in fields(LocalCharter) if field.name != "given")
"""The parameters a site or a space may have otherwise."""


class Charters:
    """The parameters that hold in each space and at each site of a problem."""

    def __init__(self, problem: Problem) -> None:
        self._charter = problem.charter
        self._spaces = {space.id: self._table(space.site, space.id) for space in problem.spaces}
        self._sites = {space.site: self._table(space.site, None) for space in problem.spaces}

    def at(self, space: str, name: str) -> Any:
        """Return the value of a parameter in a space; None, False or () where its rule is off."""
        return self._spaces[space][name]

    def at_site(self, site: str, name: str) -> Any:
        """Return the value of a parameter for a whole site."""
        return self._sites[site][name]

    def shares(self, spaces: tuple[Space, ...]) -> list[tuple[Quota, list[str]]]:
        """Return each quota with the spaces it is about: all of its place for a season, else those it holds in."""
        found: dict[Quota, list[str]] = {}
        for space in spaces:
            whole = [*self._charter.quotas, *self._own(self._charter.sites.get(space.site))]
            seasonal = [quota for quota in whole if quota.scope == "season"]
            nearest = [quota for quota in self.at(space.id, "quotas") if quota.scope != "season"]
            for quota in dict.fromkeys((*seasonal, *nearest)):
                found.setdefault(quota, []).append(space.id)
        return list(found.items())

    def _table(self, site: str, space: str | None) -> dict[str, Any]:
        table = {name: getattr(self._charter, name) for name in LOCAL}
        layers = [self._charter.sites.get(site)]
        if space is not None:
            layers.append(self._charter.spaces.get(space))
        for layer in layers:
            if layer is not None:
                table |= {name: getattr(layer, name) for name in layer.given}
        return table

    @staticmethod
    def _own(layer: Charter | LocalCharter | None) -> tuple[Quota, ...]:
        return layer.quotas if layer is not None else ()
