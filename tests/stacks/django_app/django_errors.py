"""The errors that the vendors' pages describe."""

from rest_framework import views
from rest_framework.exceptions import APIException, ValidationError


class Conflict(APIException):
    status_code = 409
    default_detail = "The appointment is already canceled."


def as_documented(error, context):
    """The framework's answer with the members that the vendors' pages have."""
    response = views.exception_handler(error, context)
    if isinstance(error, ValidationError):
        response.status_code = 422
        response.data = {"message": "The given data was invalid.", "errors": response.data}
    elif response is not None:
        response.data = {"message": response.data["detail"]}
    return response
