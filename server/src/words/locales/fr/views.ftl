# Voir un espace comme le voit l’un de ses membres.
views-title = Voir en tant que
views-heading = Voir { $exhibitor } en tant que…
views-about = Vous voyez l’espace exactement comme cette personne, pendant une demi-heure. Rien ne peut être modifié, et la consultation figure dans l’activité des deux côtés.
views-masked = Les coordonnées des visiteurs sont masquées : votre rôle n’y donne pas accès.
views-nobody = Personne à la place de qui regarder
views-nobody-why = Cet exposant n’a encore ni administrateur ni scanneur.
views-add-admin = Ajouter le premier administrateur
views-team-of = L’équipe de { $exhibitor }
views-person = Personne
views-roles = Rôles
views-access = Accès
views-actions = Actions
views-role-admin = Administrateur
views-role-scanner = Scanneur
views-invited = Invité
views-signed-in = S’est connecté
views-begin = Voir en tant que
views-begin-named = Voir en tant que { $name }
views-see-exhibitor = Voir en tant que membre de l’équipe de { $name }
views-banner-label = Consultation
views-banner = Vous voyez cet espace comme <b dir="auto">{ $name }</b>, jusqu’à { $until }. Rien ne peut être modifié.
views-banner-masked = Les coordonnées sont masquées.
views-leave = Quitter
views-leave-long = Quitter la consultation
