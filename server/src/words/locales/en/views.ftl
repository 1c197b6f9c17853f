# Seeing a space as one of its members does.
views-title = View as
views-heading = See { $exhibitor } as …
views-about = You see the space exactly as this person does, for half an hour. Nothing can be changed, and the view is in the activity of both sides.
views-masked = Visitors’ contacts are masked: your role does not include them.
views-nobody = Nobody to see it as
views-nobody-why = This exhibitor has neither an admin nor a scanner yet.
views-add-admin = Add the first admin
views-team-of = The team of { $exhibitor }
views-person = Person
views-roles = Roles
views-access = Access
views-actions = Actions
views-role-admin = Admin
views-role-scanner = Scanner
views-invited = Invited
views-signed-in = Has signed in
views-begin = View as
views-begin-named = View as { $name }
views-see-exhibitor = View as one of the team of { $name }
views-banner-label = View
views-banner = You see this space as <b dir="auto">{ $name }</b> does, until { $until }. Nothing can be changed.
views-banner-masked = Contacts are masked.
views-leave = Leave
views-leave-long = Leave the view
