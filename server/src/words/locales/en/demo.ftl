demo-a-fair-is-on-look = A fair is on. Look around.
demo-phones-in-three-halls-photograph = Phones in three halls photograph badges, decode them, and send them. Nothing on these pages is played back.
demo-scans-since-the-demo-began = Scans since the demo began
demo-hero-in-all = { $hero } in all, from before the demo too: <b class="number" data-figure="hero_leads">0</b> leads from <b class="number" data-figure="hero_scans">0</b> scans. Its Leads tab and the monitor show these; a visitor who is scanned again stays one lead, and one who came to a session or a meeting is one without a scan.
demo-sent-by-phones = Sent by phones
demo-received = Received
demo-sent = { $hero }: sent
demo-in-its-leads-tab = In its Leads tab
demo-password-of-the-demo-as = Password of the demo, as the terminal shows it
demo-sign-in-with-one-click = Sign in with one click
demo-a-browser-holds-one-sign = A browser holds one sign-in of a team and one of a visitor: open a private window for a second person of either.
demo-make-something-happen = Make something happen
demo-badges-to-scan-with-your = Badges to scan with your own phone
demo-print-them = Print them
demo-badge-of-a-visitor = Badge { $badge } of a visitor
demo-demo = Demo
demo-visitor = Visitor, in their own area
demo-visitor-about = Sees whom they met and what is disclosed, names another e-mail for exhibitors, meets, writes, and takes consent back.
demo-part-admin = { $of }, admin
demo-part-admin-about = Runs the stand: all leads live, export, team, phones, meetings, conversations.
demo-part-scanner = { $of }, scanner
demo-part-scanner-about = Scans badges in the browser or on a phone, and qualifies the stand’s leads.
demo-part-contact = { $of }, scanner and commercial contact
demo-part-contact-about = Is met at the stand: has their own meetings, scans too, exports nothing.
demo-part-organizer = { $of }, organiser
demo-part-organizer-about = Owns the event: live monitor, exhibitors, sessions, badges, the report, and who works for the organiser.
demo-part-manager = { $of }, manager
demo-part-manager-about = Runs the event as its owner does: exhibitors, packages, moments, people. Names no owners.
demo-part-viewer = { $of }, viewer
demo-part-viewer-about = Watches: monitor, readiness, report. Changes nothing.
demo-part-desk = { $of }, help desk
demo-part-desk-about = Finds anybody at once, prints badges, merges double registrations, names unknown codes.
demo-act-hall = Take Hall { $hall } off the network, or back
demo-act-hall-about = Phones there go on scanning and keep every scan until they can send it.
demo-act-again = A colleague scans a hot lead again
demo-act-again-about = Two notes, two authors, nothing is overwritten.
demo-act-withdraw = A visitor withdraws consent
demo-act-withdraw-about = Their row is redacted in the open tab within a second.
demo-act-revoke = Unpair the phone that holds scans
demo-act-revoke-about = What it scanned for { $hero } before that moment still arrives. If it holds nothing any more, the first press takes it off the network and the second unpairs it.
demo-act-restart = Kill the server and start it again
demo-act-restart-about = It is cut off in the middle of whatever it does, with all that it held in memory; what it had written is all that the next one finds. (The phones and this page live in the same program, so it is the server in it that is killed, not the program.) The count is unchanged and open tabs go on where they were.
demo-badge-picture = Badge of a visitor
demo-did-again = A colleague scanned a hot lead again and wrote a note. Both notes stay, each with its author; the newer rating shows, the older one is in the history.
demo-did-withdraw = { $count ->
    [one] A visitor withdrew. { $count } lead is redacted, in every open tab: name and details are gone, the row says "Withdrawn".
   *[other] A visitor withdrew. { $count } leads are redacted, in every open tab: name and details are gone, the row says "Withdrawn".
 }
demo-did-revoke = { $count ->
    [0] "{ $name }" is unpaired and reads nothing any more. It had sent every scan; one that it still held would arrive all the same.
    [one] "{ $name }" is unpaired and reads nothing any more. The { $count } scan it held still arrives, now.
   *[other] "{ $name }" is unpaired and reads nothing any more. The { $count } scans it held still arrive, now.
 }
demo-did-revoke-before = { $count ->
    [0] "{ $name }" has no access any more: it was unpaired or marked as lost before. Everything that it had scanned has been delivered.
    [one] "{ $name }" has no access any more: it was unpaired or marked as lost before. It is delivering the { $count } scan that it still holds.
   *[other] "{ $name }" has no access any more: it was unpaired or marked as lost before. It is delivering the { $count } scans that it still holds.
 }
demo-did-lose = "{ $name }" had sent every scan, so there was nothing to show. Now it is off the network and goes on scanning: watch "not yet sent", then press again to unpair it with what it holds.
demo-did-lose-before = "{ $name }" is off the network and has scanned nobody yet. Press again in a few seconds.
demo-did-restart = The server is killed and restarts. Phones keep what they cannot send, open tabs reconnect and miss nothing.
demo-did-darken = Hall { $hall } has no network. Its phones go on scanning; watch "not yet sent" rise.
demo-did-light = Hall { $hall } is back. Everything that its phones held is arriving now, once, with its true time.
demo-scan-here = Scan in this browser
demo-scan-here-of = The scanner, with a pairing code of { $hero }
demo-scan-here-about = Tap “Pair this phone” there, and this browser is one of the stand’s phones. Hold a badge before its camera, from a phone’s screen or on paper, or type the number under it.
demo-scan-here-label = Paired from the demo’s page
demo-from-a-phone = Start the demo with <code>--lan</code> to reach it from a phone, pair the phone on the page “Phones” of { $hero }, and point it here.
demo-scanner-picture = Address of the scanner as a QR code
demo-open-the-scanner = Open the scanner on your phone
demo-open-the-scanner-about = Point its camera here and accept the certificate, which is the demo's own. Pair it with a code of the page “Phones” of { $hero }, then scan the badges below.
