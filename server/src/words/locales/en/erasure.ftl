# For how long contacts are kept, and who asked to be erased.
menu-personal-data = Personal data
erasure-kept = How long contacts are kept
erasure-kept-until = Visitors’ contact details, and what exhibitors wrote about them, are removed on { $until }.
erasure-kept-notices = Exhibitors with leads are mailed 14 and 3 days before, with a link to their export.
erasure-kept-noticed = Exhibitors with leads were told on { $at }.
erasure-kept-what = Scans that phones send until then are taken in, and marked as late. Numbers and reports stay.
erasure-days = Days after the event
erasure-save = Save
erasure-saved = Saved.
erasure-removed = The contacts of this event were removed on { $at }. Numbers and reports stay.
erasure-asked = Who asked to be erased
erasure-asked-about = Exhibitors see nothing of them any more. Erasing removes the rest, for good: also remove what your registration system has.
erasure-nobody-waits = Nobody is waiting.
erasure-who = Who
erasure-touches = What it touches
erasure-actions = Actions
erasure-asked-at = asked { $at }
erasure-touch = { $leads ->
    [one] { $leads } lead
   *[other] { $leads } leads
} · { $exhibitors ->
    [one] { $exhibitors } exhibitor
   *[other] { $exhibitors } exhibitors
} · { $notes ->
    [one] { $notes } note
   *[other] { $notes } notes
}
erasure-ask = Erase { $name } for good? { $exhibitors ->
    [one] { $exhibitors } exhibitor loses
   *[other] { $exhibitors } exhibitors lose
} what is known of this person, in { $leads ->
    [one] { $leads } lead
   *[other] { $leads } leads
}. This cannot be taken back.
erasure-erase = Erase
erasure-erase-named = Erase { $name }
erasure-done = Erased. They get a last mail that says so.
erasure-done-count = { $count ->
    [one] { $count } person was erased
   *[other] { $count } people were erased
}
erasure-done-line = { $at } · { $by } · { $leads ->
    [one] { $leads } lead
   *[other] { $leads } leads
}
erasure-own-done = Your data was erased on { $at }. What is left here are numbers without a name.
erasure-own-done-at = { $event }: erased on { $at }
erasure-elsewhere = Who asked in another way
erasure-elsewhere-about = By letter, by telephone or at the desk: find the person, make sure that it is them, and erase.
erasure-find = Find a person to erase
erasure-find-by = Name, e-mail or badge number
erasure-nobody-found = Nobody is found by this, or they were erased already.
