# The registration desk.
menu-registration-desk = Registration desk
regdesk-first-name = First name
regdesk-last-name = Last name
regdesk-company = Company
regdesk-email = E-mail
regdesk-category = Category
regdesk-register = Register
regdesk-anyway = Register all the same
regdesk-done = Registered here
js-regdesk-known = Registered already?
js-regdesk-print = Print
js-regdesk-print-named = Print the badge of { $name }
