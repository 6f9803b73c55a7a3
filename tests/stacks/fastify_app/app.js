// Both APIs on Fastify: JSON schemas with the framework's own validator, a hook for credentials, and an error handler.
const fastify = require("fastify")();

const records = JSON.parse(process.env.RECORDS);
const refused = (statusCode, message) => Object.assign(new Error(message), { statusCode });

const owner = { id: records.omneo.profiles[0], first_name: "Jo", last_name: "Example", email: "jo@example.com" };
const appointments = new Map(
  records.omneo.appointments.map((id) => [
    id,
    {
      id,
      appointment_definition_id: 7,
      profile_id: owner.id,
      profile: owner,
      location_id: null,
      status: "confirmed",
      scheduled_start_at: "2030-03-05T09:00:00Z",
      scheduled_end_at: "2030-03-05T09:30:00Z",
      timezone: "Australia/Melbourne",
      notes: null,
    },
  ]),
);
const links = new Map(records.omneo.appointments.map((id) => [id, []]));
const meetings = new Map(
  ["scheduled", "pending"].flatMap((status) =>
    records.mijnklantportaal[status].map((id) => [
      id,
      {
        id,
        customerId: null,
        attendeeName: "John Doe",
        attendeeEmail: "john.doe@example.com",
        startsAt: "2030-03-05T15:00:00+00:00",
        endsAt: "2030-03-05T15:30:00+00:00",
        status,
        onlineMeetingLink: "https://meet.example.com/abc-123",
        createdAt: "2029-12-01T16:23:14+00:00",
      },
    ]),
  ),
);
let lastLink = 0;

const linkAction = {
  params: { type: "object", properties: { appointment: { type: "integer" } } },
  body: {
    type: "object",
    required: ["type", "id"],
    properties: { type: { type: "string", enum: ["profile", "list"] }, id: { type: "string" } },
    allOf: [
      {
        if: { properties: { type: { const: "profile" } }, required: ["type"] },
        then: { properties: { id: { type: "string", format: "uuid" } } },
      },
      {
        if: { properties: { type: { const: "list" } }, required: ["type"] },
        then: { properties: { id: { type: "string", pattern: "^[0-9]+$" } } },
      },
    ],
  },
};

fastify.addHook("onRequest", async (request) => {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (![records.token, records.forbidden_token].includes(token)) {
    throw refused(401, "Unauthenticated.");
  }
  if (request.method !== "GET" && token !== records.token) {
    throw refused(403, "Invalid scope(s) provided.");
  }
});

fastify.setErrorHandler((error, request, reply) => {
  if (!error.validation) {
    return reply.status(error.statusCode ?? 500).send({ message: error.message });
  }
  const errors = {};
  for (const one of error.validation) {
    const field = one.params.missingProperty ?? one.instancePath.slice(1);
    errors[field] = [...(errors[field] ?? []), one.message];
  }
  return reply.status(422).send({ message: error.message, errors });
});

function found(records, id) {
  if (!records.has(id)) {
    throw refused(404, "No such appointment.");
  }
  return records.get(id);
}

fastify.get("/api/v3/appointments/:appointment", { schema: { params: linkAction.params } }, async (request) => ({
  data: found(appointments, request.params.appointment),
}));

// Profiles and lists are another service's: whatever has the right form can be linked.
fastify.post("/api/v3/appointments/:appointment/link", { schema: linkAction }, async (request) => {
  const appointment = found(appointments, request.params.appointment);
  const { type, id } = request.body;
  const kept = links.get(appointment.id);
  if (!kept.some((link) => link.type === type && link.target_id === id)) {
    kept.push({ id: String(++lastLink), type, target_id: id });
  }
  return { data: { ...appointment, links: kept } };
});

fastify.post("/api/v3/appointments/:appointment/unlink", { schema: linkAction }, async (request, reply) => {
  const appointment = found(appointments, request.params.appointment);
  const { type, id } = request.body;
  links.set(
    appointment.id,
    links.get(appointment.id).filter((link) => link.type !== type || link.target_id !== id),
  );
  return reply.status(204).send();
});

fastify.get("/v1/appointments/:appointmentId", async (request) => found(meetings, request.params.appointmentId));

fastify.delete("/v1/appointments/:appointmentId", async (request) => {
  const meeting = found(meetings, request.params.appointmentId);
  if (meeting.status === "canceled") {
    throw refused(409, "The appointment is already canceled.");
  }
  meeting.status = "canceled";
  return meeting;
});

fastify.listen({ port: Number(process.env.PORT) });
