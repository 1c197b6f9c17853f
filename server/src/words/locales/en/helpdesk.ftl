helpdesk-help-desk = Help desk
helpdesk-find-anybody-put-it-right = { $event } · find anybody, put it right, take it back within a day
helpdesk-stand-company-name-e-mail = Stand, company, name, e-mail, badge number or phone
helpdesk-merge-two-registrations = Merge two registrations
helpdesk-stays = Stays
helpdesk-goes-into-it = Goes into it
helpdesk-merge-them = Merge them
helpdesk-keep-the-other-one = Keep the other one
helpdesk-move-scans-of = Move scans of <span dir="auto">{ $name }</span>
helpdesk-they-belong-to = They belong to
helpdesk-choose-an-exhibitor = Choose an exhibitor
helpdesk-from = From
helpdesk-until = Until
helpdesk-why-as-both-exhibitors-read = Why, as both exhibitors read it
helpdesk-the-phone-was-paired-at = The phone was paired at the wrong stand
helpdesk-move-them = Move them
helpdesk-look-again = Look again
helpdesk-kept-aside-at = Kept aside at { $name }
helpdesk-nothing-lies-aside-here = Nothing lies aside here.
helpdesk-scans-that-were-not-accepted = Scans that were not accepted
helpdesk-what = What
helpdesk-why = Why
helpdesk-taken-in-the-exhibitor-sees = Taken in. The exhibitor sees it now.
helpdesk-take-in = Take in
helpdesk-put-away = Put away.
helpdesk-discard = Discard
helpdesk-ask-take-in = Take it in? It goes into one lead, which the exhibitor sees at once.
helpdesk-ask-discard = Put it away? No lead changes.
helpdesk-ask-assign = Is it { $name }’s? They get { $leads } of this code, and exhibitors see it at once.
helpdesk-pairing-code-for = Pairing code for { $name }
helpdesk-give-one-licence-more-it = Give { $name } one licence more? It holds at once, and is on the report for the invoice.
helpdesk-one-licence-more = One licence more
helpdesk-one-licence-more-2 = One licence more.
helpdesk-one-licence-more-for = One licence more for { $name }
helpdesk-kept-aside = { $aside } kept aside
helpdesk-open-the-space = Open the space
helpdesk-nobody-yet = Nobody yet.
helpdesk-admin = · admin
helpdesk-signed-in = signed in
helpdesk-resend-access-to = Resend access to { $name }
helpdesk-resend-access = Resend access
helpdesk-none-is-paired = None is paired.
helpdesk-unpaired = · unpaired
helpdesk-ended-phones = { $count ->
    [one] { $count } phone that was unpaired
   *[other] { $count } phones that were unpaired
 }
helpdesk-not-yet-sent = { $waiting } not yet sent
helpdesk-move-scans-of-2 = Move scans of { $name }
helpdesk-move-scans = Move scans
helpdesk-nothing-fits-all-of-these = Nothing fits all of these words
helpdesk-try-one-word-of-it = Try one word of it: a name, a company, the number on the badge.
helpdesk-people-who-were-found = People who were found
helpdesk-is-the-same-person = { $name } is the same person
helpdesk-the-same-person = The same person
helpdesk-the-code-belongs-to = It is theirs: the code belongs to { $name }
helpdesk-it-is-theirs = It is theirs
helpdesk-give-a-new-badge-scans = Give { $name } a new badge? Scans of the old one still count for them. { $met }.
helpdesk-correct = Correct { $name }
helpdesk-merge-with-another-registration = Merge { $name } with another registration
helpdesk-merge = Merge
helpdesk-scans-that-belong-to-nobody = Scans that belong to nobody
helpdesk-every-code-that-was-scanned = Every code that was scanned has its person.
helpdesk-codes-that-nobody-knows = Codes that nobody knows
helpdesk-scanned = Scanned
helpdesk-last = Last
helpdesk-assign = Whose is it? { $code }
helpdesk-whose-is-it = Whose is it?
helpdesk-done-last = Done last
helpdesk-nothing-yet-what-is-merged = Nothing yet. What is merged, moved, assigned or taken in stands here, and can be taken back for 24 hours.
helpdesk-taken-back = Taken back
helpdesk-take-this-back-change-again = Take this back? { $leads } change again, and exhibitors see it at once.
helpdesk-take-it-back = Take it back
helpdesk-take-back = Take back: { $what } { $whom }
helpdesk-take-back-2 = Take back
helpdesk-the-former-link-ends-this = The former link ends; this one works once.
helpdesk-the-link = The link
helpdesk-nobody-met-them = No exhibitor has met them
helpdesk-have-met-them = { $count ->
    [one] { $count } exhibitor has met them
   *[other] { $count } exhibitors have met them
 }
helpdesk-not-heard-of-yet = not heard of yet
helpdesk-merged-since = somebody who was merged since
helpdesk-did-merge = Merged registrations
helpdesk-did-assign = Assigned a code
helpdesk-did-move = Moved scans of
helpdesk-did-release = Took in what lay aside
helpdesk-did-discard = Put away what lay aside
helpdesk-without-a-name = Somebody without a name
helpdesk-leads-change = { $count ->
    [one] { $count } lead change, and exhibitors see it at once.
   *[other] { $count } leads change, and exhibitors see it at once.
 }
helpdesk-badges-stay-valid = Badges of both stay valid.
helpdesk-category-is = The category is { $category }.
helpdesk-the-less-holds = Where one of the two allowed less, that holds.
helpdesk-met-both = { $count ->
    [one] { $count } exhibitor has met both: there two leads become one, with the notes of both.
   *[other] { $count } exhibitors have met both: there two leads become one, with the notes of both.
 }
helpdesk-meetings-at-once = { $count ->
    [one] { $count } meeting is called off, with the reason: the other registration has one at the same time.
   *[other] { $count } meetings are called off, with the reason: the other registration has others at the same time.
 }
helpdesk-scans-and-notes = { $count ->
    [one] { $count } scan or note
   *[other] { $count } scans and notes
 }
helpdesk-go-over = { $captures } of { $leads } go over. What the phone still holds of that time follows when it arrives.
helpdesk-find-the-other = Find the other registration of <b dir="auto">{ $name }</b>, and choose it.
helpdesk-whose-badge = Whose badge says <b>{ $code }</b>? Find the person, and choose them.
helpdesk-open-on-the-phone = On the phone, open this server’s address with <b>/scan</b> behind it, and point it here or type the code. It pairs one phone and ends in 15 minutes.
helpdesk-contact-card = Contact card
