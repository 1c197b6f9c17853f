phases-moments-and-mails = Moments and mails
phases-times-are-those-of-the = Times are those of the event ({ $zone }).
phases-nobody-is-left-to-be = Nobody is left to be mailed. This is what it says:
phases-and-more = · and { $more } more
phases-open-the-spaces = Open the spaces
phases-send-now = Send now
phases-mails-to-the-teams = Mails to the teams
phases-of-have-got-it-never = { $mailed } of { $people } have got it, { $never_signed_in } never signed in.
phases-send-access-mails = Send access mails
phases-send-to-new = Send to { $fresh } new
phases-only-who-never-signed-in = Only who never signed in
phases-moments = Moments
phases-past = Past
phases-now = Now: { $told }. { $hint }
phases-language-of-mails = Language of mails
phases-for-people-without-a-language = For people without a language of their own.
phases-evening-mail = On the evening of their first scan, visitors are mailed how many exhibitors met them
phases-partners-print-the-badges-of = Partners print the badges of their own team
phases-access-mail = Access mail
phases-access-mail-about = Opens the spaces and brings admins their link.
phases-scanning-mail = Scanning mail
phases-scanning-mail-about = How to pair, licences, terms: for admins and scanners. It goes out by itself when leads open.
phases-spaces-open = Spaces open
phases-spaces-open-hint = Empty: when the access mails are sent.
phases-leads-open = Leads open
phases-leads-open-hint = Empty: 15 days before the first opening.
phases-scanning-begins = Scanning begins
phases-scanning-begins-hint = Empty: 3 days before the first opening. Scans of the build-up are marked and not counted.
phases-scanning-ends = Scanning ends
phases-scanning-ends-hint = Empty: 3 days after the last closing, when the dismantling is over.
phases-leads-close = Leads close
phases-leads-close-hint = Empty: 60 days after the last closing. From then on leads are read-only.
phases-not-yet = not yet
phases-by-default = { $time }, by default
phases-mails-on-their-way = { $count ->
    [one] { $count } mail is on their way.
   *[other] { $count } mails are on their way.
 }
phases-moments-are-set = The moments are set.
phases-mail-reaches = { $count ->
    [one] { $mail }: { $count } person
   *[other] { $mail }: { $count } people
 }
