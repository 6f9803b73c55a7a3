// Both APIs on Express: zod for bodies, a middleware for credentials, and everything else at the framework's defaults.
const express = require("express");
const { z } = require("zod");

const records = JSON.parse(process.env.RECORDS);
const app = express();
app.use(express.json());

const LinkTarget = z.discriminatedUnion("type", [
  z.object({ type: z.literal("profile"), id: z.uuid() }),
  z.object({ type: z.literal("list"), id: z.string().regex(/^\d+$/) }),
]);

const profiles = new Map(
  records.omneo.profiles.map((id) => [id, { id, first_name: "Jo", last_name: "Example", email: "jo@example.com" }]),
);
const lists = new Map(
  records.omneo.lists.map((id) => [
    String(id),
    { id, name: "Wishlist", handle: "wishlist", profile_id: records.omneo.profiles[0] },
  ]),
);
const appointments = new Map(
  records.omneo.appointments.map((id) => [
    String(id),
    {
      id,
      appointment_definition_id: 7,
      profile_id: records.omneo.profiles[0],
      profile: profiles.get(records.omneo.profiles[0]),
      location_id: 3,
      status: "confirmed",
      scheduled_start_at: "2030-03-05 09:00:00",
      scheduled_end_at: "2030-03-05 09:30:00",
      timezone: "Australia/Melbourne",
      notes: null,
      links: [],
    },
  ]),
);
const meetings = new Map(
  ["scheduled", "pending"].flatMap((status) =>
    records.mijnklantportaal[status].map((id) => [
      id,
      {
        id,
        customerId: "cst_abc12345def678",
        startsAt: "2030-03-05T16:00:00+01:00",
        endsAt: "2030-03-05T16:30:00+01:00",
        status,
        onlineMeetingLink: null,
        createdAt: "2029-12-01T17:23:14+01:00",
      },
    ]),
  ),
);
let lastLink = 0;

function mayWrite(req, res, next) {
  const [, token] = /^Bearer +(\S+)$/i.exec(req.get("Authorization") ?? "") ?? [];
  if (![records.token, records.forbidden_token].includes(token)) {
    return res.status(401).json({ message: "Unauthenticated." });
  }
  if (token !== records.token) {
    return res.status(403).json({ message: "This token may not change appointments." });
  }
  next();
}

function withAppointment(req, res, next) {
  req.appointment = appointments.get(req.params.appointment);
  if (!req.appointment) {
    return res.status(404).json({ message: "Appointment not found." });
  }
  next();
}

function withLinkTarget(req, res, next) {
  const parsed = LinkTarget.safeParse(req.body);
  if (!parsed.success) {
    return res.status(422).json({ message: "The body is invalid.", errors: z.flattenError(parsed.error).fieldErrors });
  }
  const { type, id } = parsed.data;
  if (!(type === "profile" ? profiles : lists).has(id)) {
    return res.status(422).json({ message: "The body is invalid.", errors: { id: [`There is no ${type} ${id}.`] } });
  }
  req.linkTarget = { type, target_id: id };
  next();
}

const sameTarget = (one) => (other) => one.type === other.type && one.target_id === other.target_id;
const change = [mayWrite, withAppointment, withLinkTarget];

app.post("/api/v3/appointments/:appointment/link", change, (req, res) => {
  const { links } = req.appointment;
  const { type, target_id } = req.linkTarget;
  if (!links.some(sameTarget(req.linkTarget))) {
    links.push({
      id: ++lastLink,
      type,
      target_id,
      profile: type === "profile" ? profiles.get(target_id) : null,
      linkable: type === "list" ? lists.get(target_id) : null,
    });
  }
  res.json({ data: req.appointment });
});

app.post("/api/v3/appointments/:appointment/unlink", change, (req, res) => {
  const same = sameTarget(req.linkTarget);
  req.appointment.links = req.appointment.links.filter((link) => !same(link));
  res.sendStatus(204);
});

app.delete("/v1/appointments/:appointmentId", mayWrite, (req, res) => {
  const meeting = meetings.get(req.params.appointmentId);
  if (!meeting) {
    return res.status(404).json({ message: "No appointment can be found for the given ID." });
  }
  if (meeting.status === "canceled") {
    return res.status(409).json({ message: "The appointment is already canceled." });
  }
  meeting.status = "canceled";
  res.json(meeting);
});

app.listen(Number(process.env.PORT), "127.0.0.1");
