# Mails: subjects, paragraphs, lists and buttons. What is filled in never makes a line of its own.
mail-hello = Hello { $name },
mail-hello-nobody = Hello,
mail-join-the-team = Join the team
mail-open-your-space = Open your space
mail-open-my-area = Open my area
mail-choose-a-password = Choose a password
# Under the button of an invitation.
mail-works-until = This link is for you alone. It works once, until { $until } (the event’s time).

mail-invitation-subject = { $exhibitor } expects you at { $event }
mail-invitation-asks = { $exhibitor } invites you to join its team at { $event }, which opens on { $opening }.
mail-invitation-link = This link is for you alone. It works once, until { $until } (the event’s time). If it no longer works, ask the person who manages your stand for a new one.
mail-invitation-ignore = You do not know this team? Ignore this mail: nothing happens until the link is opened.

mail-organizer-subject = { $organizer } gives you access to its events
mail-organizer-asks = { $organizer } invites you to join its organisers. What you will be able to do:
mail-organizer-owner = Everything: events, exhibitors, registrations, and who belongs to the team.
mail-organizer-manager = Set up and run the events: exhibitors, registrations, badges, settings.
mail-organizer-viewer = Watch the events live and read the figures, without changing anything.
mail-organizer-desk = Run the desk: register people, print badges, help.
mail-organizer-accept = Accept the invitation
mail-organizer-link = { $days ->
    [one] This link is for you alone. It works once, for { $days } day. If it no longer works, ask for a new one.
   *[other] This link is for you alone. It works once, for { $days } days. If it no longer works, ask for a new one.
 }
mail-organizer-ignore = You do not know this organiser? Ignore this mail: nothing happens until the link is opened.

mail-space-subject = Your space of { $exhibitor } is open
mail-space-open = The space of { $exhibitor } at { $event } is open: team, badges and devices can be prepared from now on. The event opens on { $opening }.
mail-space-sign-in = Sign in with the account that you have already.

mail-scanning-subject = { $event }: ready to scan for { $exhibitor }
mail-scanning-open = The Leads tab of { $exhibitor } is open. { $event } opens on { $opening }; here is what it takes to scan from the first hour.
mail-scanning-make-codes = In your space, open Devices and make a pairing code for each phone, or one code for the whole stand.
mail-scanning-scan-it = On the phone, scan that code with the camera, then try it with your own badge.
mail-scanning-licences = { $licences ->
    [one] Your package includes { $licences } licence: one phone scans at a time. The organiser can add some, even during the event.
   *[other] Your package includes { $licences } licences: as many phones scan at the same time. The organiser can add some, even during the event.
 }
mail-scanning-no-limit = Your package does not limit the number of phones.
mail-scanning-ask-code = Ask the person who manages your stand for your phone’s pairing code.
mail-scanning-scan-code = Scan that code with the camera, then try it with your own badge.
mail-scanning-offline = Without network, go on: scans are kept and leave as soon as they can.
mail-scanning-terms = Terms: a visitor’s contact details serve only what the visitor agreed to, and disappear when the consent is withdrawn. You can complete your leads until { $closing }; then the space is read-only.

mail-reminder-subject = { $event }: what is left to do for { $exhibitor }
mail-reminder-minutes = { $event } opens on { $opening }. A few minutes now, and { $exhibitor } scans from the first hour.
mail-reminder-join = Join your space with the link below.
mail-reminder-invite = Invite the colleagues who will scan.
mail-reminder-pair = Pair a phone: in your space, open Phones and scan the code with the phone.
mail-reminder-practise = Try it once with the practice badge of the booth sheet: it never becomes a lead.
mail-reminder-questions = Set up under Questions what you want to ask at the stand.
mail-reminder-watch = Watch your leads arrive in the Leads tab.

mail-daily-subject = { $total ->
    [one] { $event }: { $total } new lead for { $exhibitor }
   *[other] { $event }: { $total } new leads for { $exhibitor }
 }
mail-daily-brought = Your stand closes for today ({ $closing }). This is what the day brought.
mail-daily-hot = Hot: { $count }
mail-daily-warm = Warm: { $count }
mail-daily-cold = Cold: { $count }
mail-daily-unrated = Not rated: { $count }
mail-daily-people = By person
mail-daily-count = { $name }: { $count }
mail-daily-all-sent = All your phones have sent everything.
mail-daily-phones-hold = These phones still hold scans. Leave them on, with the app open, until it says 0.
mail-daily-look = Look at the day’s leads
mail-daily-why = You get this because it is switched on for you under Team. It can be switched off there.

mail-retention-subject = { $days ->
    [one] { $event }: the contacts of { $exhibitor } will be removed in { $days } day
   *[other] { $event }: the contacts of { $exhibitor } will be removed in { $days } days
 }
mail-retention-when = On { $until } (the event’s time) the contact details of the visitors of { $event } will be removed from Leadline, with your notes and answers. Numbers stay.
mail-retention-download = If you still need them, download your leads before then.
mail-retention-export = Export the leads
mail-retention-late = What your phones have not sent yet is taken in until then, and marked as late.

mail-exported-subject = { $event }: the organiser exported the leads of { $exhibitor }
mail-exported-by = { $rows ->
    [one] { $by } of the organiser’s team exported the leads of { $exhibitor } on your behalf ({ $rows } row). The export is in your space’s activity.
   *[other] { $by } of the organiser’s team exported the leads of { $exhibitor } on your behalf ({ $rows } rows). The export is in your space’s activity.
 }
mail-exported-not-asked = If you did not ask for it, write to the organiser.
mail-exported-see = See the activity

mail-erased-subject = { $event }: your data was erased
mail-erased-what = The organiser of { $event } has erased your data: your registration, and what exhibitors knew of you. Nothing of it is left in Leadline but numbers without a name.
mail-erased-downloads = What exhibitors downloaded before you asked is with them; their lists told them of your request.
mail-erased-last = This is the last message that you get about this event.

mail-evening-subject = { $event }: who scanned your badge
mail-evening-met = { $exhibitors ->
    [one] One exhibitor scanned your badge at { $event }.
   *[other] { $exhibitors } exhibitors scanned your badge at { $event }.
 }
mail-evening-area = In your area you see who they are and what they know of you since when, you keep their contact details, and you take your consent back from one or from all.
mail-evening-once = Type this e-mail address there, and a link is sent to you. You get this message once for this event.
