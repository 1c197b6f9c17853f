oversight-about = How much partners and visitors of { $event } write to each other. What they write is read by them alone.
oversight-reports = Reports
oversight-open-reports = { $count } open
oversight-no-reports = Nobody has reported a conversation.
oversight-why = Why
oversight-messages = Messages
oversight-when = When
oversight-by-partner = reports a visitor
oversight-by-visitor = was reported by a visitor
oversight-spam = Unwanted advertising
oversight-offensive = Insults, threats, harassment
oversight-other = Something else
oversight-written = { $partner } of the partner, { $visitor } of the visitor
oversight-closed = Dealt with { $at }
oversight-close = Dealt with
oversight-close-of = The report about { $name } is dealt with
oversight-report-closed = The report is closed.
oversight-volumes = Conversations by partner
oversight-nobody-wrote = Nobody has written yet.
oversight-conversations = Conversations
oversight-shared = Details shared
oversight-of = { $part } of { $all }
oversight-blocks = Blocks
oversight-blocked-by-visitors = { $count ->
    [one] blocked by { $count } visitor
   *[other] blocked by { $count } visitors
 }
oversight-blocked-by-partner = { $count ->
    [one] blocked { $count } visitor
   *[other] blocked { $count } visitors
 }
oversight-reported = { $count ->
    [one] { $count } report
   *[other] { $count } reports
 }
oversight-limits = Limits
oversight-limits-now = A partner may write to { $requests } new people and send { $messages } messages in 24 hours, and { $unanswered } to somebody who has not answered.
oversight-change-limits = Change the limits
oversight-daily-requests = New people whom a partner may write to in 24 hours
oversight-daily-messages = Messages of one partner or visitor in 24 hours
oversight-unanswered = Messages to somebody who has not answered
