// In: {name: calendar file}. Out: {name: {reader: {method, name, events, problems}}}.
// Two readers with nothing in common but the standard. What one complains about is a problem.

import { text } from "node:stream/consumers";
import ICAL from "ical.js";
import nodeIcal from "node-ical";

const readers = { "ical.js": byIcalJs, "node-ical": byNodeIcal };

function byIcalJs(file) {
  const calendar = new ICAL.Component(ICAL.parse(file));
  const value = (component, name) => component.getFirstPropertyValue(name);
  const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      sequence: event.sequence,
      starts: event.startDate.toJSDate().toISOString(),
      ends: event.endDate.toJSDate().toISOString(),
      stamped: value(component, "dtstamp").toJSDate().toISOString(),
      status: value(component, "status"),
      title: event.summary,
      place: event.location,
      organizer: event.organizer,
      attendees: component.getAllProperties("attendee").map((a) => [a.getFirstValue(), a.getParameter("cn")]),
    };
  });
  return { method: value(calendar, "method"), name: value(calendar, "x-wr-calname"), events };
}

function byNodeIcal(file) {
  const found = nodeIcal.sync.parseICS(file);
  const calendar = found.vcalendar;
  const list = (value) => (value === undefined ? [] : [value].flat());
  const events = Object.values(found)
    .filter((component) => component.type === "VEVENT")
    .map((event) => ({
      uid: event.uid,
      sequence: Number(event.sequence),
      starts: event.start.toISOString(),
      ends: event.end.toISOString(),
      stamped: event.dtstamp.toISOString(),
      status: event.status,
      title: event.summary,
      place: event.location,
      organizer: event.organizer.val,
      attendees: list(event.attendee).map((a) => [a.val, a.params.CN]),
    }));
  return { method: calendar.method, name: calendar["WR-CALNAME"] ?? null, events };
}

function read(reader, file) {
  const problems = [];
  console.log = console.info = console.warn = console.error = (...words) => problems.push(words.join(" "));
  try {
    return { ...reader(file), problems };
  } catch (error) {
    return { events: [], problems: [...problems, String(error)] };
  }
}

const answers = {};
for (const [name, file] of Object.entries(JSON.parse(await text(process.stdin)))) {
  answers[name] = {};
  for (const [reader, by] of Object.entries(readers)) answers[name][reader] = read(by, file);
}
process.stdout.write(JSON.stringify(answers));
