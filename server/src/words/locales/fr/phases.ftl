phases-moments-and-mails = Moments et mails
phases-times-are-those-of-the = Les heures sont celles de l’événement ({ $zone }).
phases-nobody-is-left-to-be = Il ne reste personne à prévenir. Voici ce qu’il dit :
phases-and-more = · et { $more } autres
phases-open-the-spaces = Ouvrir les espaces
phases-send-now = Envoyer maintenant
phases-mails-to-the-teams = E-mails aux équipes
phases-of-have-got-it-never = { $mailed } sur { $people } l’ont reçu, { $never_signed_in } ne se sont jamais connectés.
phases-send-access-mails = Envoyer les accès
phases-send-to-new = Envoyer aux { $fresh } nouveaux
phases-only-who-never-signed-in = Jamais connectés seulement
phases-moments = Moments
phases-past = Passé
phases-now = Maintenant : { $told }. { $hint }
phases-language-of-mails = Langue des e-mails
phases-for-people-without-a-language = Pour les personnes sans langue à elles.
phases-evening-mail = Le soir de leur premier scan, les visiteurs apprennent par e-mail combien d’exposants les ont rencontrés
phases-partners-print-the-badges-of = Les partenaires impriment les badges de leur propre équipe
phases-access-mail = E-mail d’accès
phases-access-mail-about = Ouvre les espaces et apporte leur lien aux administrateurs.
phases-scanning-mail = E-mail de scan
phases-scanning-mail-about = Comment associer, licences, conditions : pour administrateurs et scanneurs. Il part de lui-même à l’ouverture des leads.
phases-spaces-open = Ouverture des espaces
phases-spaces-open-hint = Vide : à l’envoi des e-mails d’accès.
phases-leads-open = Ouverture des leads
phases-leads-open-hint = Vide : 15 jours avant la première ouverture.
phases-scanning-begins = Début des scans
phases-scanning-begins-hint = Vide : 3 jours avant la première ouverture. Les scans du montage sont marqués et ne comptent pas.
phases-scanning-ends = Fin des scans
phases-scanning-ends-hint = Vide : 3 jours après la dernière fermeture, une fois le démontage terminé.
phases-leads-close = Fermeture des leads
phases-leads-close-hint = Vide : 60 jours après la dernière fermeture. Dès lors les leads ne se modifient plus.
phases-not-yet = pas encore
phases-by-default = { $time }, par défaut
phases-mails-on-their-way = { $count ->
    [one] { $count } e-mail est en route.
   *[other] { $count } e-mails sont en route.
 }
phases-moments-are-set = Les moments sont enregistrés.
phases-mail-reaches = { $count ->
    [one] { $mail } : { $count } personne
   *[other] { $mail } : { $count } personnes
 }
