# Words that several pages share.
common-on = On
common-code = Code
common-not-now = Not now
common-e-mail = E-mail
common-send-the-link = Send the link
common-look-into-your-mail = Look into your mail
common-new-event = New event
common-close = Close
common-file = File
common-excel = Excel
common-csv = CSV
common-vcard = vCard
common-connecting = Connecting
common-not-live = Not live here
common-not-live-about = What is new appears when you load this page again.
common-scans = Scans
common-questions = Questions
common-edit = Edit
common-scans-2 = scans
common-days = Days
common-first-name = First name
common-last-name = Last name
common-team = Team
common-person = Person
common-access = Access
common-actions = Actions
common-edit-2 = Edit { $name }
common-more-people = More people
common-saved = Saved.
common-save = Save
common-copy = Copy
common-last-seen = Last seen
common-not-yet-sent = Not yet sent
common-mark-as-lost = Mark as lost
common-marked-as-lost = Marked as lost.
common-lost = Lost
common-optional = (optional)
common-point-the-phone-at-this = Point the phone at this code
common-pairing-code-as-a-qr = Pairing code as a QR code
common-print = Print
common-pairing-code = Pairing code
common-when-and-where = When and where
common-name = Name
common-kind = Kind
common-room = Room
common-the-organisers = The organiser's
common-delete = Delete
common-deleted = Deleted.
common-added = Added.
common-add = Add
common-accept = Accept
common-declined = Declined.
common-decline = Decline
common-another-time = Another time
common-call-it-off = Call it off
common-called-off = Called off.
common-cancel = Cancel
common-noted = Noted.
common-begins = Begins
common-ends = Ends
common-who-comes = Who comes
common-find = Find
common-category = Category
common-sessions = Sessions
common-came = Came
common-no-sessions-yet = No sessions yet
common-find-a-session = Find a session
common-exhibitors = Exhibitors
common-exhibitor = Exhibitor
common-package = Package
common-short-name-in-addresses = Short name in addresses
common-opens-on-the-first-day = Opens on the first day
common-closes-on-the-last-day = Closes on the last day
common-saved-it-holds-from-now = Saved. It holds from now on.
common-badge = Badge
common-printed = printed
common-print-the-badge-of = Print the badge of { $name }
common-new-badge = New badge
common-a-new-badge-is-ready = A new badge is ready to print.
common-new-badge-for = New badge for { $name }
common-correct = Correct
common-saved-exhibitors-who-met-this = Saved. Exhibitors who met this person see it at once.
common-look-first = Look first
common-phones = Phones
common-taken-back = Taken back.
common-find-an-exhibitor = Find an exhibitor
common-nothing-yet = Nothing yet
common-yes = Yes
common-no = No
common-count-scans = { $count ->
    [one] { $count } scan
   *[other] { $count } scans
 }
common-count-leads = { $count ->
    [one] { $count } lead
   *[other] { $count } leads
 }
common-count-exhibitors = { $count ->
    [one] { $count } exhibitor
   *[other] { $count } exhibitors
 }
common-count-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
 }
common-phones-in-use = { $count ->
    [one] { $count } phone in use
   *[other] { $count } phones in use
 }
common-licences-in-use = { $count ->
    [one] { $taken } of { $count } licence in use
   *[other] { $taken } of { $count } licences in use
 }
common-count-licences = { $count ->
    [one] { $count } licence
   *[other] { $count } licences
 }
