# Combien de temps les coordonnées sont conservées, et qui a demandé à être effacé.
menu-personal-data = Données personnelles
erasure-kept = Durée de conservation des coordonnées
erasure-kept-until = Les coordonnées des visiteurs, et ce que les exposants ont écrit à leur sujet, seront supprimées le { $until }.
erasure-kept-notices = Les exposants qui ont des leads reçoivent un e-mail 14 et 3 jours avant, avec un lien vers leur export.
erasure-kept-noticed = Les exposants qui ont des leads ont été prévenus le { $at }.
erasure-kept-what = Les scans envoyés jusque-là par les téléphones sont acceptés, et marqués comme tardifs. Les nombres et les rapports restent.
erasure-days = Jours après l’événement
erasure-save = Enregistrer
erasure-saved = Enregistré.
erasure-removed = Les coordonnées de cet événement ont été supprimées le { $at }. Les nombres et les rapports restent.
erasure-asked = Qui a demandé à être effacé
erasure-asked-about = Les exposants ne voient plus rien d’eux. L’effacement supprime le reste, définitivement : supprimez aussi ce que contient votre système d’inscription.
erasure-nobody-waits = Personne n’attend.
erasure-who = Qui
erasure-touches = Ce qui est concerné
erasure-actions = Actions
erasure-asked-at = demandé { $at }
erasure-touch = { $leads ->
    [one] { $leads } lead
   *[other] { $leads } leads
} · { $exhibitors ->
    [one] { $exhibitors } exposant
   *[other] { $exhibitors } exposants
} · { $notes ->
    [one] { $notes } note
   *[other] { $notes } notes
}
erasure-ask = Effacer { $name } définitivement ? { $exhibitors ->
    [one] { $exhibitors } exposant perd
   *[other] { $exhibitors } exposants perdent
} ce qui est connu de cette personne, dans { $leads ->
    [one] { $leads } lead
   *[other] { $leads } leads
}. C’est irréversible.
erasure-erase = Effacer
erasure-erase-named = Effacer { $name }
erasure-done = Effacé. Un dernier e-mail le lui confirme.
erasure-done-count = { $count ->
    [one] { $count } personne a été effacée
   *[other] { $count } personnes ont été effacées
}
erasure-done-line = { $at } · { $by } · { $leads ->
    [one] { $leads } lead
   *[other] { $leads } leads
}
erasure-own-done = Vos données ont été effacées le { $at }. Il ne reste ici que des nombres sans nom.
erasure-own-done-at = { $event } : effacé le { $at }
erasure-elsewhere = Qui l’a demandé autrement
erasure-elsewhere-about = Par courrier, par téléphone ou à l’accueil : trouvez la personne, vérifiez que c’est bien elle, puis effacez.
erasure-find = Trouver une personne à effacer
erasure-find-by = Nom, e-mail ou numéro de badge
erasure-nobody-found = Personne ne correspond, ou ses données ont déjà été effacées.
