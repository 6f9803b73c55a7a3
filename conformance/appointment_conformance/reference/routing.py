"""An application made from a table of paths and methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from appointment_conformance.reference.call import Call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

    from appointment_conformance.reference.rules import Rules

__all__ = ["application"]


class _Resource:
    """One path. The rules of its last method answer requests with a method that the path does not have."""

    def __init__(self, methods: Mapping[str, Rules]) -> None:
        self._methods = dict(methods)
        if "GET" in methods:
            self._methods = {"GET": methods["GET"], "HEAD": methods["GET"], **self._methods}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = await Call.read(Request(scope, receive))
        rules = self._methods.get(call.method)
        if rules is None:
            *_, rules = self._methods.values()
            response = await rules.respond_undeclared(call, tuple(self._methods))
        else:
            response = await rules.respond(call)
        await response(scope, receive, send)


async def _no_route(request: Request, error: Exception) -> JSONResponse:
    del request, error
    return JSONResponse({"message": "The route could not be found."}, 404)


def application(table: Mapping[str, Mapping[str, Rules]]) -> Starlette:
    """Return the application that serves each path of the table; every other path is answered 404."""
    routes = [Route(path, _Resource(methods)) for path, methods in table.items()]
    app = Starlette(routes=routes, exception_handlers={404: _no_route})
    app.router.redirect_slashes = False
    return app
