# Les mots que plusieurs pages partagent.
common-on = Activé
common-code = Code
common-not-now = Pas maintenant
common-e-mail = E-mail
common-send-the-link = Envoyer le lien
common-look-into-your-mail = Consultez vos e-mails
common-new-event = Nouvel événement
common-close = Fermer
common-file = Fichier
common-excel = Excel
common-csv = CSV
common-vcard = vCard
common-connecting = Connexion
common-not-live = Pas en direct ici
common-not-live-about = Les nouveautés apparaissent quand vous rechargez cette page.
common-scans = Scans
common-questions = Questions
common-edit = Modifier
common-scans-2 = scans
common-days = Jours
common-first-name = Prénom
common-last-name = Nom
common-team = Équipe
common-person = Personne
common-access = Accès
common-actions = Actions
common-edit-2 = Modifier { $name }
common-more-people = Plus de personnes
common-saved = Enregistré.
common-save = Enregistrer
common-copy = Copier
common-last-seen = Vu
common-not-yet-sent = Pas encore envoyé
common-mark-as-lost = Déclarer perdu
common-marked-as-lost = Déclaré perdu.
common-lost = Perdu
common-optional = (facultatif)
common-point-the-phone-at-this = Visez ce code avec le téléphone
common-pairing-code-as-a-qr = Code d’association en code QR
common-print = Imprimer
common-pairing-code = Code d’association
common-when-and-where = Quand et où
common-name = Nom
common-kind = Type
common-room = Salle
common-the-organisers = De l’organisateur
common-delete = Supprimer
common-deleted = Supprimé.
common-added = Ajouté.
common-add = Ajouter
common-accept = Accepter
common-declined = Refusé.
common-decline = Refuser
common-another-time = Autre créneau
common-call-it-off = L’annuler
common-called-off = Annulé.
common-cancel = Annuler
common-noted = Noté.
common-begins = Début
common-ends = Fin
common-who-comes = Qui vient
common-find = Chercher
common-category = Catégorie
common-sessions = Conférences
common-came = Arrivée
common-no-sessions-yet = Pas encore de conférence
common-find-a-session = Trouver une conférence
common-exhibitors = Exposants
common-exhibitor = Exposant
common-package = Formule
common-short-name-in-addresses = Nom court dans les adresses
common-opens-on-the-first-day = Ouvre le premier jour
common-closes-on-the-last-day = Ferme le dernier jour
common-saved-it-holds-from-now = Enregistré. Cela vaut dès maintenant.
common-badge = Badge
common-printed = imprimé
common-print-the-badge-of = Imprimer le badge de { $name }
common-new-badge = Nouveau badge
common-a-new-badge-is-ready = Un nouveau badge est prêt à imprimer.
common-new-badge-for = Nouveau badge pour { $name }
common-correct = Corriger
common-saved-exhibitors-who-met-this = Enregistré. Les exposants qui ont rencontré cette personne le voient aussitôt.
common-look-first = Vérifier d’abord
common-phones = Téléphones
common-taken-back = C’est repris.
common-find-an-exhibitor = Trouver un exposant
common-nothing-yet = Rien pour l’instant
common-yes = Oui
common-no = Non
common-count-scans = { $count ->
    [one] { $count } scan
   *[other] { $count } scans
 }
common-count-leads = { $count ->
    [one] { $count } lead
   *[other] { $count } leads
 }
common-count-exhibitors = { $count ->
    [one] { $count } exposant
   *[other] { $count } exposants
 }
common-count-people = { $count ->
    [one] { $count } personne
   *[other] { $count } personnes
 }
common-phones-in-use = { $count ->
    [one] { $count } téléphone utilisé
   *[other] { $count } téléphones utilisés
 }
common-licences-in-use = { $count ->
    [one] { $taken } licence sur { $count } utilisée
   *[other] { $taken } licences sur { $count } utilisées
 }
common-count-licences = { $count ->
    [one] { $count } licence
   *[other] { $count } licences
 }
