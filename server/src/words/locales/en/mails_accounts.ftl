# Mails about accounts, the visitor’s area and meetings.
mail-reset-subject = Choose a new password
mail-reset-asked = Somebody, probably you, asked for a new password of your Leadline account.
mail-reset-link = { $minutes ->
    [one] This link works once, for { $minutes } minute. The new password ends all your present sign-ins.
   *[other] This link works once, for { $minutes } minutes. The new password ends all your present sign-ins.
 }
mail-reset-ignore = It was not you? Ignore this mail: your password stays the same.

mail-changed-subject = Your password was changed
mail-changed-just = The password of your Leadline account has just been changed, and your other sign-ins have ended.
mail-changed-not-you = If that was not you, choose another password right away:

mail-factor-on-subject = Second sign-in step switched on
mail-factor-on = Your Leadline account now asks for a code of your app at each sign-in.
mail-factor-off-subject = Second sign-in step switched off
mail-factor-off = Your Leadline account no longer asks for a code at sign-in.
mail-factor-recovery-subject = A recovery code was used
mail-factor-recovery = Somebody signed in to your Leadline account with a recovery code. That code no longer works.
mail-factor-not-you = If that was not you, change your password and look at your sign-ins:
mail-factor-look = Look at your account

mail-area-subject = Your visitor area
mail-area-link = Here is the link to your area: badge, meetings, the exhibitors you met and what they see of you ({ $events }).
mail-area-once = { $minutes ->
    [one] This link works once, for { $minutes } minute. You can ask for another one whenever you like.
   *[other] This link works once, for { $minutes } minutes. You can ask for another one whenever you like.
 }
mail-area-ignore = You did not ask for it? Ignore this mail, and pass the link on to nobody.

mail-address-subject = Show exhibitors this address?
mail-address-asks = As { $name } asked, the exhibitors of { $event } would see this address instead of the registered one.
mail-address-yes = Yes, this is my address
mail-address-once = { $minutes ->
    [one] This link works once, for { $minutes } minute. Until then nobody sees this address.
   *[other] This link works once, for { $minutes } minutes. Until then nobody sees this address.
 }
mail-address-ignore = This is not you? Ignore this mail: nothing changes.

mail-meeting-subject = { $what }: { $with }
mail-meeting-an-attendee = An attendee
mail-meeting-asked-subject = Meeting request
mail-meeting-asked = { $who } would like to meet you ({ $event }).
mail-meeting-moved-subject = Another time proposed
mail-meeting-moved = { $who } proposes another time or place for your meeting ({ $event }).
mail-meeting-accepted-subject = Meeting agreed
mail-meeting-accepted = { $who } agreed to your meeting ({ $event }).
mail-meeting-declined-subject = Meeting declined
mail-meeting-declined = { $who } does not want this meeting ({ $event }).
mail-meeting-cancelled-subject = Meeting called off
mail-meeting-cancelled = { $who } called your meeting off ({ $event }).
mail-meeting-expired-subject = Meeting request without an answer
mail-meeting-expired = { $who } did not answer in time; the request for a meeting has ended ({ $event }).
mail-meeting-soon-subject = Your meeting begins soon
mail-meeting-soon = { $who } expects you soon ({ $event }).
mail-meeting-time = Time: { $begins }.
mail-meeting-time-and-place = Time: { $begins }, { $location }.
mail-meeting-note = Message: { $note }
mail-meeting-answer = Answer
mail-meeting-see = See your meetings
mail-meeting-calendar = The attached file updates your calendar.
