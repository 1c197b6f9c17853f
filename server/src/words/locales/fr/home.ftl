home-your-spaces = Vos espaces
home-scan = Scanner
home-no-event-yet = Pas encore d’événement
home-no-space-yet = Pas encore d’espace
home-make-your-first-event-a = Créez votre premier événement : un nom, un lieu, des dates. Exposants, inscrits et badges viennent ensuite.
home-you-are-signed-in-but = Vous êtes connecté, mais personne ne vous a donné d’espace. Demandez à la personne qui gère votre stand, ou à l’organisateur, d’ajouter { $user_email } à l’équipe.
home-registration-desk = Borne d’accueil
home-organiser = Organisateur
home-partner-space = Espace partenaire
home-people-of = Équipe de { $organiser }
home-nobody-named = L’organisateur n’a encore nommé personne.
home-whom-to-ask = À qui s’adresser
home-what-visitors-see = Ce que les visiteurs voient de vous
home-edit-the-profile = Modifier le profil
home-no-profile-yet = Les visiteurs ne trouvent que votre nom et votre stand. Quelques lignes et un logo disent pourquoi venir.
home-hot = Chauds
home-unrated = Pas encore qualifiés
home-meetings = Rendez-vous à confirmer
home-messages = Messages non lus
home-phones = Téléphones en service
home-unsent = Pas encore envoyés
home-new-today = { $count ->
    [one] { $count } nouveau aujourd’hui
   *[other] { $count } nouveaux aujourd’hui
 }
home-goal = sur { $count } visés
home-licences = { $count ->
    [one] sur { $count } licence
   *[other] sur { $count } licences
 }
