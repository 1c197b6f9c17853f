readiness-ready = Ready?
readiness-send-the-reminders = Send the reminders
readiness-remind = Remind
readiness-which-exhibitors = Which exhibitors
readiness-nobody-here = Nobody here
readiness-no-exhibitor-is-in-this = No exhibitor is in this state.
readiness-how-far-each-exhibitor-has = How far each exhibitor has come
readiness-steps = Steps
readiness-done = done:
readiness-to-do = to do:
readiness-the-reminder-is-on-its = The reminder is on its way.
readiness-remind-2 = Remind { $name }
readiness-reminders-are-on-their-way = Reminders are on their way
readiness-all = All
readiness-nothing-done = Nothing done
readiness-never-signed-in = Never signed in
readiness-no-phone = No phone
readiness-not-tested = Not tested
readiness-no-questions = No questions
readiness-no-scan = No scan
readiness-reminded = Reminded { $time }
readiness-summary = { $count ->
    [one] { $count } exhibitor · { $tested } tested · { $scanning } scanning
   *[other] { $count } exhibitors · { $tested } tested · { $scanning } scanning
 }
readiness-step-signed-in = Signed in
readiness-step-team = Team
readiness-step-paired = Phone paired
readiness-step-tested = Tested
readiness-step-questions = Questions set
readiness-step-scanned = First scan
readiness-step-with-contact = With contact
readiness-remind-all = { $count ->
    [one] Remind the admins of { $count } exhibitor of what is still to be done?
   *[other] Remind the admins of { $count } exhibitors of what is still to be done?
 }
readiness-remind-count = { $count ->
    [one] Remind 1 exhibitor
   *[other] Remind these { $count }
 }
readiness-mails-to = <b class="number" data-text="mails"></b> mails, to <b class="number" data-text="exhibitors"></b> exhibitors. Each says what is still to be done, and lets in who never signed in.
