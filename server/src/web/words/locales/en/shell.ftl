# What the shell and every page share.
language-name = English
number-group = ,
number = { $number }

date-short = { $weekday } { $day } { $month }
date-long = { $weekday } { $day } { $month }
date-weekdays = Monday Tuesday Wednesday Thursday Friday Saturday Sunday
date-weekdays-short = Mon Tue Wed Thu Fri Sat Sun
date-months = January February March April May June July August September October November December
date-months-short = Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec

time-yesterday = Yesterday, { $time }
time-on-day = { $day }, { $time }
time-just-now = just now
time-minutes-ago = { $minutes } min ago
time-today-name = Today
time-yesterday-name = Yesterday
time-opens = Opens { $day }
time-ended = Ended { $day }
time-day-of = Day { $day } of { $days }

stand = Stand { $number }

shell-skip = Skip to the content
shell-switch-space = Switch space
shell-scan-here = Scan with this device
shell-account = Your account
shell-sign-out = Sign out
shell-all-spaces = Leadline, all your spaces
shell-you-are-here = You are here
shell-account-of = { $initials }, account of { $name }
shell-pages = Pages
menu-not-in-package = Not in your package. Ask the organiser, who can switch it on.
menu-not-in-package-spoken = {":"} not in your package, ask the organiser
error-nothing-here = Nothing here
error-not-for-you = Not for this account
error-one-moment = One moment
error-did-not-work = That did not work
error-broke = Something broke
error-to-spaces = Go to your spaces
error-ask-new-link = Ask for a new link
error-no-page = This page does not exist.
error-no-page-or-access = This page does not exist, or your account has no access to it.

menu-leads = Leads
menu-meetings = Meetings
menu-sessions = Sessions
menu-charts = Charts
menu-team = Team
menu-questions = Questions
menu-phones = Phones
menu-activity = Activity
menu-live-monitor = Live monitor
menu-exhibitors = Exhibitors
menu-packages = Packages
menu-what-they-see = What they see
menu-people = People
menu-meeting-places = Meeting places
menu-help-desk = Help desk
menu-ready = Ready?
menu-moments-and-mails = Moments and mails
menu-doors = Doors
menu-report = Report

js-page-dismiss = Dismiss
js-page-unreachable = The server cannot be reached. Check the connection and try again.
js-page-answered = The server answered { $status }.
js-page-yesterday = Yesterday, { $time }
js-page-on-day = { $day }, { $time }
js-manage-yes = Yes
js-manage-copied = Copied.
js-manage-copy-by-hand = Copy it by hand: the browser does not allow it here.
js-manage-this = This { $detail }.
