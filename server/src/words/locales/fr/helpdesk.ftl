helpdesk-help-desk = Guichet d’assistance
helpdesk-find-anybody-put-it-right = { $event } · trouver n’importe qui, corriger, annuler dans la journée
helpdesk-stand-company-name-e-mail = Stand, société, nom, e-mail, numéro de badge ou téléphone
helpdesk-merge-two-registrations = Fusionner deux inscriptions
helpdesk-stays = Reste
helpdesk-goes-into-it = Y est intégrée
helpdesk-merge-them = Les fusionner
helpdesk-keep-the-other-one = Garder l’autre
helpdesk-move-scans-of = Déplacer les scans de <span dir="auto">{ $name }</span>
helpdesk-they-belong-to = Ils appartiennent à
helpdesk-choose-an-exhibitor = Choisir un exposant
helpdesk-from = De
helpdesk-until = À
helpdesk-why-as-both-exhibitors-read = Pourquoi, tel que les deux exposants le liront
helpdesk-the-phone-was-paired-at = Le téléphone était associé au mauvais stand
helpdesk-move-them = Les déplacer
helpdesk-look-again = Revoir
helpdesk-kept-aside-at = Mis de côté chez { $name }
helpdesk-nothing-lies-aside-here = Rien n’est de côté ici.
helpdesk-scans-that-were-not-accepted = Scans qui n’ont pas été acceptés
helpdesk-what = Quoi
helpdesk-why = Pourquoi
helpdesk-taken-in-the-exhibitor-sees = Accepté. L’exposant le voit maintenant.
helpdesk-take-in = Accepter le scan
helpdesk-put-away = Écarté.
helpdesk-discard = Écarter
helpdesk-ask-take-in = Accepter ce scan ? Il rejoint un lead, que l’exposant voit aussitôt.
helpdesk-ask-discard = Écarter ce scan ? Aucun lead ne change.
helpdesk-ask-assign = Ce code est-il à { $name } ? À lui attribuer : { $leads }. Les exposants le voient aussitôt.
helpdesk-pairing-code-for = Code d’association pour { $name }
helpdesk-give-one-licence-more-it = Donner une licence de plus à { $name } ? Elle vaut aussitôt, et figure au bilan pour la facture.
helpdesk-one-licence-more = Une licence de plus
helpdesk-one-licence-more-2 = Une licence de plus.
helpdesk-one-licence-more-for = Une licence de plus pour { $name }
helpdesk-kept-aside = { $aside } mis de côté
helpdesk-open-the-space = Ouvrir l’espace
helpdesk-nobody-yet = Personne pour l’instant.
helpdesk-admin = · administrateur
helpdesk-signed-in = connecté
helpdesk-resend-access-to = Renvoyer l’accès à { $name }
helpdesk-resend-access = Renvoyer l’accès
helpdesk-none-is-paired = Aucun n’est associé.
helpdesk-unpaired = · dissocié
helpdesk-ended-phones = { $count ->
    [one] { $count } téléphone dissocié
   *[other] { $count } téléphones dissociés
 }
helpdesk-not-yet-sent = { $waiting } pas encore envoyés
helpdesk-move-scans-of-2 = Déplacer les scans de { $name }
helpdesk-move-scans = Déplacer les scans
helpdesk-nothing-fits-all-of-these = Rien ne correspond à tous ces mots
helpdesk-try-one-word-of-it = Essayez un seul mot : un nom, une société, le numéro du badge.
helpdesk-people-who-were-found = Personnes trouvées
helpdesk-is-the-same-person = { $name } est la même personne
helpdesk-the-same-person = La même personne
helpdesk-the-code-belongs-to = C’est le sien : le code est à { $name }
helpdesk-it-is-theirs = C’est le sien
helpdesk-give-a-new-badge-scans = Donner un nouveau badge à { $name } ? Les scans de l’ancien comptent encore pour cette personne. { $met }.
helpdesk-correct = Corriger { $name }
helpdesk-merge-with-another-registration = Fusionner { $name } avec une autre inscription
helpdesk-merge = Fusionner
helpdesk-scans-that-belong-to-nobody = Scans qui ne sont à personne
helpdesk-every-code-that-was-scanned = Chaque code scanné a sa personne.
helpdesk-codes-that-nobody-knows = Codes que personne ne connaît
helpdesk-scanned = Scanné
helpdesk-last = Dernier
helpdesk-assign = À qui est-il ? { $code }
helpdesk-whose-is-it = À qui est-il ?
helpdesk-done-last = Fait récemment
helpdesk-nothing-yet-what-is-merged = Rien pour l’instant. Ce qui est fusionné, déplacé, attribué ou accepté figure ici, et peut être repris pendant 24 heures.
helpdesk-taken-back = Repris
helpdesk-take-this-back-change-again = Reprendre cela ? { $leads } changent à nouveau, et les exposants le voient aussitôt.
helpdesk-take-it-back = Reprendre
helpdesk-take-back = Reprendre l’action : { $what } { $whom }
helpdesk-take-back-2 = Reprendre l’action
helpdesk-the-former-link-ends-this = L’ancien lien prend fin ; celui-ci sert une fois.
helpdesk-the-link = Le lien
helpdesk-nobody-met-them = Aucun exposant ne l’a rencontré
helpdesk-have-met-them = { $count ->
    [one] { $count } exposant l’a rencontré
   *[other] { $count } exposants l’ont rencontré
 }
helpdesk-not-heard-of-yet = pas encore vu
helpdesk-merged-since = quelqu’un qui a été fusionné depuis
helpdesk-did-merge = Inscriptions fusionnées
helpdesk-did-assign = Code attribué
helpdesk-did-move = Scans déplacés de
helpdesk-did-release = Mis de côté, puis accepté
helpdesk-did-discard = Mis de côté, puis écarté
helpdesk-without-a-name = Quelqu’un sans nom
helpdesk-leads-change = { $count ->
    [one] { $count } lead change, et les exposants le voient aussitôt.
   *[other] { $count } leads changent, et les exposants le voient aussitôt.
 }
helpdesk-badges-stay-valid = Les badges des deux restent valables.
helpdesk-category-is = La catégorie est { $category }.
helpdesk-the-less-holds = Là où l’une des deux permettait moins, c’est cela qui vaut.
helpdesk-met-both = { $count ->
    [one] { $count } exposant a rencontré les deux : deux leads y deviennent un seul, avec les notes des deux.
   *[other] { $count } exposants ont rencontré les deux : deux leads y deviennent un seul, avec les notes des deux.
 }
helpdesk-meetings-at-once = { $count ->
    [one] { $count } rendez-vous est annulé, avec la raison : l’autre inscription en a un au même moment.
   *[other] { $count } rendez-vous sont annulés, avec la raison : l’autre inscription en a d’autres au même moment.
 }
helpdesk-scans-and-notes = { $count ->
    [one] { $count } scan ou note
   *[other] { $count } scans et notes
 }
helpdesk-go-over = { $captures } de { $leads } sont transférés. Ce que le téléphone garde encore de cette période suit à son arrivée.
helpdesk-find-the-other = Trouvez l’autre inscription de <b dir="auto">{ $name }</b>, et choisissez-la.
helpdesk-whose-badge = À qui est le badge qui dit <b>{ $code }</b> ? Trouvez la personne, et choisissez-la.
helpdesk-open-on-the-phone = Sur le téléphone, ouvrez l’adresse de ce serveur suivie de <b>/scan</b>, et visez ce code ou saisissez-le. Il associe un téléphone et expire dans 15 minutes.
helpdesk-contact-card = Carte de visite
