# L’accueil.
menu-registration-desk = Borne d’accueil
regdesk-first-name = Prénom
regdesk-last-name = Nom
regdesk-company = Société
regdesk-email = E-mail
regdesk-category = Catégorie
regdesk-register = Inscrire
regdesk-anyway = Inscrire quand même
regdesk-done = Inscrits ici
js-regdesk-known = Déjà inscrit ?
js-regdesk-print = Imprimer
js-regdesk-print-named = Imprimer le badge de { $name }
