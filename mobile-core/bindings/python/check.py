"""A phone in Python: the same calls that an app makes, against a real server.

Run by tests/it/phones.rs, which builds the module with scripts/bindings.sh, starts the server and
hands over a JSON object on standard input: module, server, pairing_code, exhibitor, badge (pixels
in a file, width, height, text), queue (a folder), rescue (a file to write). Says what happened as
JSON on standard output.
"""

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path

job = json.load(sys.stdin)
sys.path.insert(0, job["module"])

import leadline  # noqa: E402  (the module was just built)
from leadline import (  # noqa: E402
    AimVerdict,
    BadgeDecoder,
    BadgeVerdict,
    BindingError,
    CaptureQueue,
    LeadlineClient,
    OfflineBadges,
    ScanAim,
    SeenBadges,
)


def refused(error_type, call, *arguments):
    """The message of the error that a call must raise."""
    try:
        result = call(*arguments)
    except error_type as error:
        return str(error)
    raise AssertionError(f"{call} accepted {arguments} and gave {result}")


def decode():
    badge = job["badge"]
    pixels = Path(badge["pixels"]).read_bytes()
    picture = leadline.Picture(
        width=badge["width"],
        height=badge["height"],
        stride=0,
        layout=leadline.PixelLayout.LUMA,
        rotation=90,
        effort=leadline.Effort.THOROUGH,
    )
    decoder = BadgeDecoder()
    codes = decoder.decode(pixels, picture)
    assert [code.text for code in codes] == [badge["text"]], codes
    code = codes[0]
    assert bytes(code.bytes) == badge["text"].encode() and len(code.corners) == 4, code
    # Turned by a quarter, the width of the upright picture is the height of the stored one.
    assert all(0 <= corner.x <= badge["height"] and 0 <= corner.y <= badge["width"] for corner in code.corners)
    message = refused(BindingError.Frame, decoder.decode, pixels[:1000], picture)
    assert "the buffer holds 1000 bytes" in message, message
    return code


def aim(code):
    """Continuous scanning: one scan a badge, and questions about what may be none."""
    whole = leadline.AimFrame(left=0, top=0, right=job["badge"]["height"], bottom=job["badge"]["width"])
    corner = leadline.AimFrame(left=0, top=0, right=1, bottom=1)
    scan_aim = ScanAim()
    assert isinstance(scan_aim.see(corner, [code]), AimVerdict.NOTHING), "beside the aim frame"
    taken = scan_aim.see(whole, [code])
    assert isinstance(taken, AimVerdict.TAKE) and taken.text == code.text, taken
    assert isinstance(scan_aim.see(whole, [code]), AimVerdict.HELD), "once is enough"
    assert scan_aim.tap() is None, "nothing was offered"
    code.text = "https://example.org/menu"
    asked = scan_aim.see(whole, [code])
    assert isinstance(asked, AimVerdict.TAP_TO_TAKE) and asked.text == code.text, asked
    assert scan_aim.tap() == code.text
    code.corners = []
    assert isinstance(scan_aim.see(whole, [code]), AimVerdict.NOTHING), "a code without a place"
    middle = leadline.centred_aim(300, 100, 0.5)
    assert (middle.left, middle.top, middle.right, middle.bottom) == (125, 25, 175, 75), middle


def understand(text):
    meaning = leadline.parse_badge(text)
    assert meaning.kind == leadline.BadgeKind.LEADLINE and not meaning.asks_first, meaning
    card = leadline.parse_badge("MECARD:N:Aziz,Noor;EMAIL:noor@zed.example;;")
    assert card.contact[leadline.ContactField.FIRST_NAME] == "Noor", card
    pairing = leadline.parse_badge("leadline:pair?server=https%3A%2F%2Fx.example&code=K7Q2")
    assert (pairing.pairing_server, pairing.pairing_code) == ("https://x.example", "K7Q2"), pairing


def take(queue, text):
    scan = queue.scan(text, leadline.Entry.CAMERA)
    note = queue.capture(json.dumps({"kind": "note", "code": text, "text": "très chaud 🔥"}))
    queue.capture(json.dumps({"kind": "rating", "code": text, "rating": "hot"}))
    assert (scan.seq, note.seq, queue.unsent_count()) == (1, 2, 3)
    message = refused(BindingError.Capture, queue.capture, json.dumps({"kind": "note", "code": text}))
    assert "/text" in message, message
    message = refused(BindingError.Capture, queue.capture, "[]")
    assert "must be a JSON object" in message, message
    message = refused(BindingError.Badge, queue.scan, "", leadline.Entry.CAMERA)
    assert message, "an empty code has a reason"
    return scan


def fold(queue):
    log = [
        leadline.LogEntry(capture=kept.json, corrected_at=None, member=None, device=None, booth=None, flags=[])
        for kept in reversed(queue.captures())
    ]
    lead = leadline.fold_captures(log + log)
    assert (lead.scan_count, lead.rating, lead.notes[0].text) == (1, leadline.Rating.HOT, "très chaud 🔥"), lead


def feedback(text):
    """Who scanned a badge before, by this phone's own scans alone."""
    seen = SeenBadges(50, 12)
    assert seen.earlier(text) is None
    seen.scanned(text, "Karim")
    earlier = SeenBadges.restore(seen.save()).earlier(text)
    assert (earlier.who, earlier.whom, earlier.rating) == ("Karim", None, None), "this badge"
    refused(BindingError.Json, SeenBadges.restore, "{")
    refused(BindingError.Json, seen.heard, None, '{"id": 1}')
    refused(BindingError.Json, seen.live, "hello")
    return seen


def told(seen, text):
    """The same once the server said who it is; the name goes with the shift."""
    earlier = seen.earlier(text)
    assert (earlier.whom, earlier.rating) == ("Noor Aziz", leadline.Rating.HOT), earlier
    seen.shift_changed(True)
    assert seen.earlier(text).whom is None
    seen.forget()
    assert seen.earlier(text) is None


async def verdicts(client, paired, text):
    """What can be said of a code without network, once the filter is here."""
    badges = OfflineBadges()
    assert badges.save() is None and isinstance(badges.verdict(text), BadgeVerdict.UNKNOWN)
    nowhere = LeadlineClient("http://127.0.0.1:1", None)
    try:
        await badges.update(nowhere, paired.event.id)
        raise AssertionError("nobody answers there")
    except BindingError.Client as error:
        assert "did not answer" in str(error), error
    assert await badges.update(client, paired.event.id) == leadline.FilterUpdate.UP_TO_DATE
    assert await badges.update(client, paired.event.id) == leadline.FilterUpdate.UP_TO_DATE
    badges = OfflineBadges.restore(badges.save())
    assert badges.as_of() and isinstance(badges.verdict(text), BadgeVerdict.GENUINE)
    assert isinstance(badges.verdict("HALL-4-0017"), BadgeVerdict.UNKNOWN)
    message = refused(BindingError.Filter, OfflineBadges.restore, badges.save()[:-1])
    assert "download it again" in message, message


async def pair():
    portal = LeadlineClient(job["server"] + "/sign-in", None)
    try:
        await portal.pair("K7Q2", leadline.make_id(), "Python", "test")
        raise AssertionError("a page is no server")
    except BindingError.Client as error:
        assert "is not a Leadline server" in str(error), error
    client = LeadlineClient(job["server"], None)
    try:
        await client.pair("WRONG", leadline.make_id(), "Python", "test")
        raise AssertionError("a wrong code pairs")
    except BindingError.Client as error:
        assert str(error), error
    install = leadline.make_id()
    paired = await client.pair(job["pairing_code"], install, "Python", "test")
    again = await client.pair(job["pairing_code"], install, "Python", "test")
    assert paired.device_id == again.device_id, "a lost answer burns nothing"
    assert paired.exhibitor.id == job["exhibitor"], paired
    return client, again


async def main():
    code = decode()
    text = code.text
    aim(code)
    understand(text)
    seen = feedback(text)

    # Without a network: taken, on disk, still there when the app starts again.
    queue = CaptureQueue.open(job["queue"], None)
    scan = take(queue, text)
    message = refused(BindingError.Storage, CaptureQueue.open, job["queue"], None)
    assert "open elsewhere" in message, message
    nowhere = LeadlineClient("http://127.0.0.1:1", None)
    report = await queue.deliver(nowhere, timedelta(milliseconds=100))
    assert isinstance(report.end, leadline.DeliveryEnd.TIME_UP) and not report.settled, report
    assert isinstance(report.end.connection, leadline.Connection.OFFLINE), report
    del queue
    queue = CaptureQueue.open(job["queue"], None)
    assert queue.unsent_count() == 3 and queue.captures()[0].id == scan.id
    fold(queue)

    # With one: delivered once, and a colleague's view of it comes back live.
    client, paired = await pair()
    queue.deliver_to(paired.exhibitor.id)
    feed = client.follow_exhibitor(paired.exhibitor.id, 0)
    assert json.loads(await feed.next())["type"] == "hello"
    delivery = asyncio.create_task(queue.deliver(client, timedelta(seconds=60)))
    during = queue.scan("HALL-4-0017", leadline.Entry.TYPED)  # scanning goes on meanwhile
    report = await delivery
    if queue.unsent_count():
        report.settled.extend((await queue.deliver(client, timedelta(seconds=60))).settled)
    assert isinstance(report.end, leadline.DeliveryEnd.DONE), report
    assert {one.id for one in report.settled} == {kept.id for kept in queue.captures()}, report
    assert {one.outcome for one in report.settled} == {leadline.Outcome.ACCEPTED}, report
    assert queue.unsent_count() == 0 and not queue.not_accepted()
    first = queue.captures()[0]
    assert isinstance(first.settlement, leadline.Settlement.SENT) and first.settlement.lead_id, first
    while True:
        frame = json.loads(await asyncio.wait_for(feed.next(), 30))
        if frame["type"] == "lead.captured" and frame["capture"]["id"] == scan.id:
            break
    heard = next(one for one in reversed(report.settled) if one.lead and json.loads(one.lead)["id"] == first.settlement.lead_id)
    seen.heard(text, heard.lead)
    told(seen, text)
    seen.live(json.dumps(frame))
    assert seen.earlier(text).whom == "Noor Aziz"
    await verdicts(client, paired, text)

    # A token that counts no more: nothing is lost, and the app is told to pair again.
    client.use_token("no-such-token")
    queue.scan("HALL-4-0018", leadline.Entry.CAMERA)
    report = await queue.deliver(client, timedelta(seconds=30))
    assert isinstance(report.end, leadline.DeliveryEnd.PAIR_AGAIN), report
    assert report.end.trouble.status == 401 and queue.unsent_count() == 1, report

    # What cannot be sent any more leaves the phone as a file for the help desk.
    Path(job["rescue"]).write_bytes(queue.rescue_file(paired))
    paired.rescue_key = None
    message = refused(BindingError.Rescue, queue.rescue_file, paired)
    assert "64 hexadecimal digits" in message, message

    print(json.dumps({"device": paired.device_id, "scan": scan.id, "during": during.id, "lead": first.settlement.lead_id}))


asyncio.run(main())
