# E-mails : objets, paragraphes, listes et boutons. Ce qui est inséré ne fait jamais une ligne à part.
mail-hello = Bonjour { $name },
mail-hello-nobody = Bonjour,
mail-join-the-team = Rejoindre l’équipe
mail-open-your-space = Ouvrir votre espace
mail-open-my-area = Ouvrir mon espace
mail-choose-a-password = Choisir un mot de passe
# Sous le bouton d’une invitation.
mail-works-until = Ce lien n’est que pour vous. Il sert une seule fois, jusqu’au { $until } (heure de l’événement).

mail-invitation-subject = { $exhibitor } vous attend sur { $event }
mail-invitation-asks = { $exhibitor } vous invite à rejoindre son équipe pour { $event }, qui ouvre le { $opening }.
mail-invitation-link = Ce lien n’est que pour vous. Il sert une seule fois, jusqu’au { $until } (heure de l’événement). S’il ne marche plus, demandez-en un nouveau à la personne qui gère votre stand.
mail-invitation-ignore = Vous ne connaissez pas cette équipe ? Ignorez ce message : rien ne se passe tant que le lien n’est pas ouvert.

mail-organizer-subject = { $organizer } vous donne accès à ses événements
mail-organizer-asks = { $organizer } vous invite à rejoindre ses organisateurs. Ce que vous pourrez faire :
mail-organizer-owner = Tout : les événements, les exposants, les inscriptions, et qui fait partie de l’équipe.
mail-organizer-manager = Préparer et conduire les événements : exposants, inscriptions, badges, réglages.
mail-organizer-viewer = Suivre les événements en direct et lire les chiffres, sans rien modifier.
mail-organizer-desk = Tenir l’accueil : inscrire, imprimer les badges, aider.
mail-organizer-accept = Accepter l’invitation
mail-organizer-link = { $days ->
    [one] Ce lien n’est que pour vous. Il sert une seule fois, pendant { $days } jour. S’il ne marche plus, demandez-en un nouveau.
   *[other] Ce lien n’est que pour vous. Il sert une seule fois, pendant { $days } jours. S’il ne marche plus, demandez-en un nouveau.
 }
mail-organizer-ignore = Vous ne connaissez pas cet organisateur ? Ignorez ce message : rien ne se passe tant que le lien n’est pas ouvert.

mail-space-subject = Votre espace { $exhibitor } est ouvert
mail-space-open = L’espace de { $exhibitor } pour { $event } est ouvert : équipe, badges et appareils peuvent être préparés dès maintenant. L’événement ouvre le { $opening }.
mail-space-sign-in = Connectez-vous avec le compte que vous avez déjà.

mail-scanning-subject = { $event } : prêts à scanner pour { $exhibitor }
mail-scanning-open = L’onglet Leads de { $exhibitor } est ouvert. { $event } ouvre le { $opening } ; voici ce qu’il faut pour scanner dès la première heure.
mail-scanning-make-codes = Dans votre espace, ouvrez Téléphones et créez un code d’association par téléphone, ou un code pour tout le stand.
mail-scanning-scan-it = Sur le téléphone, scannez ce code avec l’appareil photo, puis essayez avec votre propre badge.
mail-scanning-licences = { $licences ->
    [one] Votre formule comprend { $licences } licence : un téléphone scanne à la fois. L’organisateur peut en ajouter, même pendant l’événement.
   *[other] Votre formule comprend { $licences } licences : autant de téléphones scannent en même temps. L’organisateur peut en ajouter, même pendant l’événement.
 }
mail-scanning-no-limit = Votre formule ne limite pas le nombre de téléphones.
mail-scanning-ask-code = Demandez à la personne qui gère votre stand le code d’association de votre téléphone.
mail-scanning-scan-code = Scannez ce code avec l’appareil photo, puis essayez avec votre propre badge.
mail-scanning-offline = Sans réseau, continuez : les scans sont gardés et partent dès que possible.
mail-scanning-terms = Conditions : les coordonnées d’un visiteur ne servent qu’à ce qu’il a accepté, et disparaissent s’il retire son accord. Vous pouvez compléter vos leads jusqu’au { $closing } ; ensuite, l’espace est en lecture seule.

mail-reminder-subject = { $event } : ce qui reste à faire pour { $exhibitor }
mail-reminder-minutes = { $event } ouvre le { $opening }. Pour que { $exhibitor } scanne dès la première heure, il reste quelques minutes de préparation.
mail-reminder-join = Rejoindre votre espace avec le lien ci-dessous.
mail-reminder-invite = Inviter les collègues qui scanneront.
mail-reminder-pair = Associer un téléphone : dans votre espace, ouvrez Téléphones et scannez le code avec le téléphone.
mail-reminder-practise = Essayer une fois avec le badge d’exercice de la feuille de stand : rien n’est enregistré comme lead.
mail-reminder-questions = Préparer sous Questions ce que vous voulez demander au stand.
mail-reminder-watch = Regarder vos leads arriver dans l’onglet Leads.

mail-daily-subject = { $total ->
    [one] { $event } : { $total } nouveau lead pour { $exhibitor }
   *[other] { $event } : { $total } nouveaux leads pour { $exhibitor }
 }
mail-daily-brought = Votre stand ferme pour aujourd’hui ({ $closing }). Voici ce que la journée a apporté.
mail-daily-hot = Chauds : { $count }
mail-daily-warm = Tièdes : { $count }
mail-daily-cold = Froids : { $count }
mail-daily-unrated = Sans évaluation : { $count }
mail-daily-people = Par personne
mail-daily-count = { $name } : { $count }
mail-daily-all-sent = Tous vos téléphones ont tout envoyé.
mail-daily-phones-hold = Ces téléphones gardent encore des scans. Laissez-les allumés, l’application ouverte, jusqu’à ce qu’elle affiche 0.
mail-daily-look = Voir les leads du jour
mail-daily-why = Vous recevez ce message parce qu’il est activé pour vous dans l’onglet Équipe. Vous pouvez l’y désactiver.

mail-retention-subject = { $days ->
    [one] { $event } : les contacts de { $exhibitor } seront supprimés dans { $days } jour
   *[other] { $event } : les contacts de { $exhibitor } seront supprimés dans { $days } jours
 }
mail-retention-when = Le { $until } (heure de l’événement), les coordonnées des visiteurs de { $event } seront supprimées de Leadline, avec vos notes et vos réponses. Les nombres restent.
mail-retention-download = Si vous en avez encore besoin, téléchargez vos leads avant cette date.
mail-retention-export = Exporter les leads
mail-retention-late = Ce que vos téléphones n’ont pas encore envoyé est accepté jusque-là, et marqué comme tardif.

mail-exported-subject = { $event } : l’organisateur a exporté les leads de { $exhibitor }
mail-exported-by = { $rows ->
    [one] { $by }, de l’équipe de l’organisateur, a exporté les leads de { $exhibitor } en votre nom ({ $rows } ligne). L’export figure dans l’activité de votre espace.
   *[other] { $by }, de l’équipe de l’organisateur, a exporté les leads de { $exhibitor } en votre nom ({ $rows } lignes). L’export figure dans l’activité de votre espace.
 }
mail-exported-not-asked = Si vous ne l’avez pas demandé, écrivez à l’organisateur.
mail-exported-see = Voir l’activité

mail-erased-subject = { $event } : vos données ont été effacées
mail-erased-what = L’organisateur de { $event } a effacé vos données : votre inscription, et ce que les exposants savaient de vous. Rien n’en reste chez Leadline, hormis des nombres sans nom.
mail-erased-downloads = Ce que des exposants ont téléchargé avant votre demande est chez eux ; votre demande leur a été signalée dans leurs listes.
mail-erased-last = Ceci est le dernier message que vous recevez au sujet de cet événement.

mail-evening-subject = { $event } : qui a scanné votre badge
mail-evening-met = { $exhibitors ->
    [1] Un exposant a scanné votre badge à { $event }.
   *[other] { $exhibitors } exposants ont scanné votre badge à { $event }.
 }
mail-evening-area = Dans votre espace, vous voyez qui ils sont et ce qu’ils savent de vous depuis quand, vous gardez leurs coordonnées, et vous retirez votre accord à l’un ou à tous.
mail-evening-once = Saisissez-y cette adresse e-mail : un lien vous est envoyé. Vous ne recevez ce message qu’une fois pour cet événement.
