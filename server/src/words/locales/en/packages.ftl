packages-packages = Packages
packages-what-an-exhibitor-buys-a = { $event } · what an exhibitor buys. A change holds at once for every exhibitor that has the package.
packages-new-package = New package
packages-no-packages = No packages
packages-without-one-every-exhibitor-has = Without one, every exhibitor has everything: scanning, live leads, exports, as many phones as it wants. Make packages to sell less or more than that.
packages-packages-of = Packages of { $event }
packages-leaves-out-or-limits = Leaves out or limits
packages-nothing-everything-is-included = Nothing: everything is included
packages-more-packages = More packages
packages-package-made = Package made.
packages-basic = Basic
packages-make-it = Make it
packages-lead-scanning = Lead scanning
packages-off = Off
packages-live-leads-tab = Live Leads tab
packages-exports = Exports
packages-questions-at-the-stand = Questions at the stand
packages-licences-phones-at-once = Licences (phones at once)
packages-more-licences-than-that = More licences than that
packages-allowed-on-invoice = Allowed, on invoice
packages-refused = Refused
packages-badges-for-the-team = Badges for the team
packages-contact-fields-disclosed-at-most = Contact fields disclosed at most
packages-none-ticked-all-that-the = (none ticked: all that the event discloses)
packages-as-in-the-package = As in the package
packages-no-scanning = No scanning
packages-not-live = Not live
packages-no-export = No export
packages-no-questions = No questions
packages-more-on-invoice = More licences on invoice
packages-badges = { $count ->
    [one] { $count } badge
   *[other] { $count } badges
 }
packages-contact-fields = { $count ->
    [one] { $count } contact field
   *[other] { $count } contact fields
 }
packages-included = Included
packages-no-meetings = No meetings
packages-no-contact-list = No list of attendees
packages-contact-list = List of attendees to meet
