# Ce que l’assistance fait en plus de chercher : échanger des badges, rouvrir des leads, fichiers de secours.
desk-not-now = Pas maintenant
desk-look-again = Revoir
desk-close = Fermer
desk-swap = Échanger les badges
desk-swap-named = Échanger les badges : { $name } porte celui de quelqu’un d’autre
desk-swap-title = Deux personnes portent chacune le badge de l’autre
desk-swap-gets = reçoit le badge { $number }
desk-swap-leads = { $leads ->
    [one] { $leads } lead des deux : ce qui a été scanné depuis revient à la bonne personne.
   *[other] { $leads } leads des deux : ce qui a été scanné depuis revient à la bonne personne.
}
desk-swap-since = Depuis quand (vide : à partir de maintenant)
desk-swap-do = Échanger
desk-swap-find = De qui { $name } porte-t-il le badge ? Cherchez l’autre personne, et choisissez-la.
desk-swap-with = Porte l’autre badge
desk-swap-with-named = { $name } porte l’autre badge
desk-export = Exporter en leur nom
desk-export-named = Exporter en leur nom : { $name }
desk-export-told = L’export figure dans l’activité des deux côtés, et les administrateurs de l’exposant reçoivent un e-mail.
desk-reopen = Rouvrir les leads
desk-reopen-named = Rouvrir les leads de { $name }
desk-reopen-title = Rouvrir les leads
desk-reopen-about = Les leads sont clos à cet événement. Cet exposant pourra de nouveau modifier les siens jusque-là ; les autres non.
desk-reopen-until = Jusqu’à
desk-reopen-do = Rouvrir
desk-reopen-done = Rouvert. Cela peut être annulé plus bas.
desk-rescue = Le fichier de secours d’un téléphone
desk-rescue-about = Ce qu’un téléphone ne peut pas envoyer, il l’enregistre dans un fichier que seul cet événement ouvre. Le reprendre deux fois ne change rien.
desk-rescue-file = Le fichier
desk-rescue-look = Regarder d’abord
desk-rescue-take = Reprendre
js-desk-rescue-holds =
    .one = Il contient { $count } entrée.
    .other = Il contient { $count } entrées.
js-desk-rescue-new =
    .one = { $count } n’est pas encore connue.
    .other = { $count } ne sont pas encore connues.
js-desk-rescue-device = Enregistré par { $name }.
js-desk-rescue-part = { $name } : { $count }
js-desk-rescue-nobody = Aucun exposant de cet événement
js-desk-rescue-taken = Repris : { $taken }. Déjà connus : { $known }. Non acceptés : { $refused }.
desk-did-reopen = Leads rouverts
desk-did-rescue = Fichier de secours repris :
desk-earlier-deeds = Actions précédentes
desk-did-swap = Badges échangés :
