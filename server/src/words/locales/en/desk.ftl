# What the help desk does besides searching: swapping badges, opening leads again, rescue files.
desk-not-now = Not now
desk-look-again = Look again
desk-close = Close
desk-swap = Swap badges
desk-swap-named = Swap badges: { $name } wears somebody else’s
desk-swap-title = Two people wear each other’s badges
desk-swap-gets = gets badge { $number }
desk-swap-leads = { $leads ->
    [one] { $leads } lead of the two: what was scanned since goes to the right person.
   *[other] { $leads } leads of the two: what was scanned since goes to the right person.
}
desk-swap-since = Since when (empty: from now on)
desk-swap-do = Swap them
desk-swap-find = Whose badge does { $name } wear? Find the other person, and choose them.
desk-swap-with = Wears the other badge
desk-swap-with-named = { $name } wears the other badge
desk-export = Export on behalf
desk-export-named = Export on behalf of { $name }
desk-export-told = It is in the activity of both sides, and the exhibitor’s admins are mailed.
desk-reopen = Open leads again
desk-reopen-named = Open leads again: { $name }
desk-reopen-title = Open the leads again
desk-reopen-about = Leads are closed at this event. This exhibitor can change its own again until then; others cannot.
desk-reopen-until = Until
desk-reopen-do = Open them
desk-reopen-done = Open. It can be taken back below.
desk-rescue = A phone’s rescue file
desk-rescue-about = What a phone cannot send, it saves into a file that only this event opens. Taking one in twice changes nothing.
desk-rescue-file = The file
desk-rescue-look = Look first
desk-rescue-take = Take it in
js-desk-rescue-holds =
    .one = It holds { $count } entry.
    .other = It holds { $count } entries.
js-desk-rescue-new =
    .one = { $count } of them is not known yet.
    .other = { $count } of them are not known yet.
js-desk-rescue-device = Saved by { $name }.
js-desk-rescue-part = { $name }: { $count }
js-desk-rescue-nobody = No exhibitor of this event
js-desk-rescue-taken = Taken in: { $taken }. Known already: { $known }. Not accepted: { $refused }.
desk-did-reopen = Opened leads again
desk-did-rescue = Took in the rescue file of
desk-earlier-deeds = Earlier ones
desk-did-swap = Swapped the badges of
