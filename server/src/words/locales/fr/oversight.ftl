oversight-about = Le volume des échanges entre partenaires et visiteurs de { $event }. Eux seuls lisent ce qu’ils s’écrivent.
oversight-reports = Signalements
oversight-open-reports = { $count } à traiter
oversight-no-reports = Aucune conversation n’a été signalée.
oversight-why = Motif
oversight-messages = Messages
oversight-when = Quand
oversight-by-partner = signale un visiteur
oversight-by-visitor = signalé par un visiteur
oversight-spam = Publicité non désirée
oversight-offensive = Insultes, menaces, harcèlement
oversight-other = Autre chose
oversight-written = { $partner } du partenaire, { $visitor } du visiteur
oversight-closed = Traité { $at }
oversight-close = Traité
oversight-close-of = Le signalement concernant { $name } est traité
oversight-report-closed = Le signalement est clos.
oversight-volumes = Conversations par partenaire
oversight-nobody-wrote = Personne n’a encore écrit.
oversight-conversations = Conversations
oversight-shared = Coordonnées partagées
oversight-of = { $part } sur { $all }
oversight-blocks = Blocages
oversight-blocked-by-visitors = { $count ->
    [one] bloqué par { $count } visiteur
   *[other] bloqué par { $count } visiteurs
 }
oversight-blocked-by-partner = { $count ->
    [one] a bloqué { $count } visiteur
   *[other] a bloqué { $count } visiteurs
 }
oversight-reported = { $count ->
    [one] { $count } signalement
   *[other] { $count } signalements
 }
oversight-limits = Limites
oversight-limits-now = En 24 heures, un partenaire peut écrire à { $requests } nouvelles personnes et envoyer { $messages } messages, et { $unanswered } à quelqu’un qui n’a pas répondu.
oversight-change-limits = Modifier les limites
oversight-daily-requests = Nouvelles personnes à qui un partenaire peut écrire en 24 heures
oversight-daily-messages = Messages d’un partenaire ou d’un visiteur en 24 heures
oversight-unanswered = Messages à quelqu’un qui n’a pas répondu
