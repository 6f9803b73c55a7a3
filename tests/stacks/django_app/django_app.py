"""Both APIs on Django REST framework: serializers and views."""

import json
import os
from collections import defaultdict
from threading import Lock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_settings")

from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.urls import path
from django_errors import Conflict
from rest_framework import serializers, views
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response

records = json.loads(os.environ["RECORDS"])
lock = Lock()


class LinkTargetSerializer(serializers.Serializer):
    type = serializers.ChoiceField(["profile", "list"])
    id = serializers.CharField()

    def validate(self, attrs):
        form = serializers.UUIDField() if attrs["type"] == "profile" else serializers.IntegerField()
        try:
            target = str(form.run_validation(attrs["id"]))
        except ValidationError as error:
            raise ValidationError({"id": error.detail}) from error
        if target not in targets[attrs["type"]]:
            raise ValidationError({"id": f'Invalid pk "{target}" - object does not exist.'})
        return {"type": attrs["type"], "id": target}


class ProfileSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    first_name = serializers.CharField(default="Jo")
    last_name = serializers.CharField(default="Example")
    email = serializers.EmailField(default="jo@example.com")


class AppointmentSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    appointment_definition_id = serializers.IntegerField()
    profile_id = serializers.UUIDField()
    profile = ProfileSerializer()
    location_id = serializers.IntegerField()
    assigned_staff_id = serializers.UUIDField()
    status = serializers.CharField()
    scheduled_start_at = serializers.CharField()
    scheduled_end_at = serializers.CharField()
    timezone = serializers.CharField()
    notes = serializers.CharField()
    created_at = serializers.CharField()
    updated_at = serializers.CharField()


class MeetingSerializer(serializers.Serializer):
    id = serializers.CharField()
    customerId = serializers.CharField()
    attendeeName = serializers.CharField()
    attendeeEmail = serializers.EmailField()
    startsAt = serializers.DateTimeField()
    endsAt = serializers.DateTimeField()
    status = serializers.CharField()
    onlineMeetingLink = serializers.URLField()
    createdAt = serializers.DateTimeField()


def profile_of(number):
    return {"id": number, "first_name": "Jo", "last_name": "Example", "email": "jo@example.com"}


def appointment_of(number):
    owner = records["omneo"]["profiles"][0]
    return {
        "id": number,
        "appointment_definition_id": 7,
        "profile_id": owner,
        "profile": profile_of(owner),
        "location_id": 3,
        "assigned_staff_id": None,
        "status": "confirmed",
        "scheduled_start_at": "2030-03-05 09:00:00",
        "scheduled_end_at": "2030-03-05 09:30:00",
        "timezone": "Australia/Melbourne",
        "notes": None,
        "created_at": "2029-12-01 12:00:00",
        "updated_at": "2029-12-01 12:00:00",
    }


def meeting_of(key, status):
    return {
        "id": key,
        "customerId": "cst_abc12345def678",
        "attendeeName": "John Doe",
        "attendeeEmail": "john.doe@example.com",
        "startsAt": "2030-03-05T16:00:00+01:00",
        "endsAt": "2030-03-05T16:30:00+01:00",
        "status": status,
        "onlineMeetingLink": None,
        "createdAt": "2029-12-01T17:23:14+01:00",
    }


appointments = {number: appointment_of(number) for number in records["omneo"]["appointments"]}
targets = {
    "profile": {key: {"profile": profile_of(key), "linkable": None} for key in records["omneo"]["profiles"]},
    "list": {
        str(number): {
            "profile": None,
            "linkable": {"id": number, "name": "Wishlist", "handle": "wishlist", "profile_id": None},
        }
        for number in records["omneo"]["lists"]
    },
}
links = defaultdict(dict)
meetings = {
    key: meeting_of(key, status) for status in ("scheduled", "pending") for key in records["mijnklantportaal"][status]
}


def found(records_by_id, key):
    if key not in records_by_id:
        raise NotFound("No appointment matches the given query.")
    return records_by_id[key]


def link_action(request):
    serializer = LinkTargetSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data["type"], serializer.validated_data["id"]


class LinkView(views.APIView):
    def post(self, request, appointment):
        shown = AppointmentSerializer(found(appointments, appointment)).data
        kind, target = link_action(request)
        with lock:
            kept = links[appointment]
            kept.setdefault(
                (kind, target), {"id": sum(map(len, links.values())) + 1, "type": kind, "target_id": target}
            )
            entries = [one | targets[one["type"]][one["target_id"]] for one in kept.values()]
        return Response({"data": {**shown, "links": entries}})


class UnlinkView(views.APIView):
    def post(self, request, appointment):
        found(appointments, appointment)
        with lock:
            links[appointment].pop(link_action(request), None)
        return Response(status=204)


class MeetingView(views.APIView):
    def get(self, request, appointment_id):
        return Response(MeetingSerializer(found(meetings, appointment_id)).data)

    def delete(self, request, appointment_id):
        meeting = found(meetings, appointment_id)
        with lock:
            if meeting["status"] == "canceled":
                raise Conflict
            meeting["status"] = "canceled"
            return Response(MeetingSerializer(meeting).data)


urlpatterns = [
    path("api/v3/appointments/<int:appointment>/link", LinkView.as_view()),
    path("api/v3/appointments/<int:appointment>/unlink", UnlinkView.as_view()),
    path("v1/appointments/<str:appointment_id>", MeetingView.as_view()),
]
application = get_wsgi_application()
asgi_application = get_asgi_application()
