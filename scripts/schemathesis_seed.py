"""Puts one thing of each kind into a fresh server and writes a configuration of Schemathesis for
each of those who ask: whose token they send, and the ids of what is there."""

import json
import os
import pathlib
import sys
import time
import urllib.request

base, data = sys.argv[1], pathlib.Path(sys.argv[2])


def call(method, path, body=None, token=None, headers=None):
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{base}/api/v1{path}", data=sent, method=method, headers=headers or {})
    if sent is not None:
        request.add_header("content-type", "application/json")
    if token:
        request.add_header("authorization", f"Bearer {token}")
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return json.loads(text) if text else None


for _ in range(300):
    try:
        urllib.request.urlopen(f"{base}/readyz").close()
        break
    except OSError:
        time.sleep(0.1)

owner = call("POST", "/auth/login", {"email": "owner@fair.example", "password": os.environ["PASSWORD"]})["token"]
now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
event = call("POST", "/events", {"slug": "fair", "name": "Fair", "timezone": "Europe/Paris",
    "starts_at": "2020-01-01T08:00:00Z", "ends_at": "2040-01-01T18:00:00Z"}, owner)["id"]
exhibitor = call("POST", f"/events/{event}/exhibitors", {"slug": "acme", "name": "Acme", "booth": "1 / A2"}, owner)["id"]
noor = "noor@fair.example"
person = call("POST", f"/events/{event}/registrations", {"first_name": "Noor", "last_name": "Aziz", "email": noor}, owner)
space = f"/exhibitors/{exhibitor}"
member = call("POST", f"{space}/team", {"first_name": "Ada", "last_name": "Ito", "email": "ada@acme.example",
    "roles": ["admin"]}, owner)["id"]
# Another one than the member that is edited here, so that nobody takes this one's sign-in away.
invited = call("POST", f"{space}/team", {"first_name": "Ida", "last_name": "Admin", "email": "ida@acme.example",
    "roles": ["admin"]}, owner)["invitation_url"].rsplit("/", 1)[1]
admin = call("POST", f"/auth/invitations/{invited}/accept", {"password": os.environ["PASSWORD"]})["token"]


def mailed(address, place):
    """The secret of the newest link to a place that was mailed to an address."""
    for _ in range(300):
        for file in sorted((data / "mail").glob("*.eml"), reverse=True):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            found = re.search(rf"{place}/(\S+)", mail.get_body(("plain",)).get_content())
            if found and address in mail["to"]:
                return found[1]
        time.sleep(0.1)
    sys.exit(f"no link to {place} was mailed to {address}")


call("POST", "/attendee/sign-in-links", {"email": noor})
attendee = call("POST", "/attendee/sign-in", {"token": mailed(noor, "/attendee/sign-in")})["token"]


def pair(path, install):
    code = call("POST", f"{path}/pairing-codes", {}, owner)["pairing_code"]
    device = call("POST", "/auth/devices", {"pairing_code": code, "install_id": install, "device_name": install,
        "platform": "test"})
    return code, device


code, phone = pair(space, "phone")
spare = pair(space, "spare")[1]
door = pair(f"/events/{event}", "door")[1]
scan = {"id": "019a0000-0000-7000-8000-000000000001", "device_seq": 1, "captured_at": now, "kind": "scan",
    "code": person["badge"]["code"]}
receipts = call("POST", "/captures", {"sent_at": now, "captures": [scan]}, phone["device_token"])
lead = receipts["results"][0]["lead_id"]
export = call("POST", f"{space}/exports", {"format": "csv"}, owner)["id"]
package = call("POST", f"/events/{event}/packages", {"name": "Basic"}, owner)["id"]
organizer = call("GET", "/me", token=owner)["memberships"]["organizers"][0]["organizer_id"]
colleague = call("POST", f"/organizers/{organizer}/members", {"name": "Hugo Desk", "email": "hugo@fair.example",
    "role": "desk"}, owner)["id"]
session = call("POST", f"/events/{event}/sessions", {"title": "Zinc 2030", "kind": "talk", "signup": "open",
    "starts_at": "2030-01-01T10:00:00Z", "ends_at": "2030-01-01T11:00:00Z"}, owner)["id"]
table_4 = call("POST", f"{space}/meeting-locations", {"name": "Table 4"}, owner)["id"]
link = call("POST", f"/events/{event}/registrations/{person['id']}/links", {"purpose": "attendee"}, owner)["token"]
talk = call("POST", f"/attendee/{person['id']}/conversations", {"exhibitor_id": exhibitor, "text": "Hello"}, attendee)["id"]

ids = {
    "path.event_id": event, "path.exhibitor_id": exhibitor, "path.registration_id": person["id"],
    "path.badge_id": person["badge"]["id"], "path.member_id": member, "path.lead_id": lead,
    "path.export_id": export, "path.package_id": package, "path.pairing_code": code, "query.wait": 0,
    "path.organizer_id": organizer, "path.session_id": session, "path.location_id": table_4, "path.token": link,
    "path.conversation_id": talk,
}
# What would end the one that asks, or take away what the others are about, is about something else.
nobody = "019a0000-0000-7000-8000-00000000dead"
others = {
    "logout": None,
    "delete_exhibitor": {"path.exhibitor_id": nobody},
    "remove_team_member": {"path.member_id": nobody},
    "revoke_device": {"path.device_id": spare["device_id"]},
    "lose_device": {"path.device_id": spare["device_id"]},
    "revoke_door_device": {"path.device_id": door["device_id"]},
    "lose_door_device": {"path.device_id": door["device_id"]},
    "delete_session": {"path.session_id": nobody},
    "edit_organizer_member": {"path.member_id": colleague},
    "invite_organizer_member_again": {"path.member_id": colleague},
    "remove_organizer_member": {"path.member_id": nobody},
    "ask_for_erasure": {"path.token": "no-such-link"},
}


def table(values):
    return "{ " + ", ".join(f'"{name}" = {json.dumps(value)}' for name, value in values.items()) + " }"


# Who signed in names their registration in the place of the secret, and stays signed in.
of_attendee = {**others, "sign_out_attendee": None}
for who, token, own, apart in [
    ("nobody", None, ids, others),
    ("attendee", attendee, {**ids, "path.token": person["id"]}, of_attendee),
    ("phone", phone["device_token"], ids, others),
    ("admin", admin, ids, others),
    ("owner", owner, ids, others),
]:
    lines = [f"parameters = {table(own)}"]
    if token:
        lines.append(f'headers = {{ Authorization = "Bearer {token}" }}')
    for operation, change in apart.items():
        lines += ["", "[[operations]]", f'include-operation-id = "{operation}"']
        lines.append("enabled = false" if change is None else f"parameters = {table({**own, **change})}")
    (data / f"{who}.toml").write_text("\n".join(lines) + "\n")
