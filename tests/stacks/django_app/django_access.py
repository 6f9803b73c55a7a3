"""Who may do what: a bearer token that may write, and one that may only read."""

import json
import os
from types import SimpleNamespace

from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission

records = json.loads(os.environ["RECORDS"])


class BearerAuthentication(TokenAuthentication):
    keyword = "Bearer"

    def authenticate_credentials(self, key):
        if key not in (records["token"], records["forbidden_token"]):
            raise AuthenticationFailed("Invalid token.")
        return SimpleNamespace(may_write=key == records["token"], is_authenticated=True), key


class MayWrite(BasePermission):
    def has_permission(self, request, view):
        return bool(request.user) and (request.method in SAFE_METHODS or request.user.may_write)
