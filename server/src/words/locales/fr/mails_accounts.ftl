# E-mails sur les comptes, l’espace du visiteur et les rendez-vous.
mail-reset-subject = Choisir un nouveau mot de passe
mail-reset-asked = Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre compte Leadline.
mail-reset-link = { $minutes ->
    [one] Ce lien sert une seule fois, pendant { $minutes } minute. Le nouveau mot de passe met fin à toutes vos connexions en cours.
   *[other] Ce lien sert une seule fois, pendant { $minutes } minutes. Le nouveau mot de passe met fin à toutes vos connexions en cours.
 }
mail-reset-ignore = Ce n’était pas vous ? Ignorez ce message : votre mot de passe reste le même.

mail-changed-subject = Votre mot de passe a changé
mail-changed-just = Le mot de passe de votre compte Leadline vient de changer, et vos autres connexions ont pris fin.
mail-changed-not-you = Si ce n’était pas vous, choisissez aussitôt un autre mot de passe :

mail-factor-on-subject = Deuxième étape de connexion activée
mail-factor-on = Votre compte Leadline demande maintenant un code de votre application à chaque connexion.
mail-factor-off-subject = Deuxième étape de connexion désactivée
mail-factor-off = Votre compte Leadline ne demande plus de code à la connexion.
mail-factor-recovery-subject = Un code de secours a servi
mail-factor-recovery = Quelqu’un s’est connecté à votre compte Leadline avec un code de secours. Ce code ne sert plus.
mail-factor-not-you = Si ce n’était pas vous, changez votre mot de passe et regardez vos connexions :
mail-factor-look = Voir votre compte

mail-area-subject = Votre espace visiteur
mail-area-link = Voici le lien vers votre espace : badge, rendez-vous, exposants rencontrés et ce qu’ils voient de vous ({ $events }).
mail-area-once = { $minutes ->
    [one] Ce lien sert une seule fois, pendant { $minutes } minute. Vous pouvez en demander un autre à tout moment.
   *[other] Ce lien sert une seule fois, pendant { $minutes } minutes. Vous pouvez en demander un autre à tout moment.
 }
mail-area-ignore = Vous n’avez rien demandé ? Ignorez ce message et ne transmettez le lien à personne.

mail-address-subject = Montrer cette adresse aux exposants ?
mail-address-asks = À la demande de { $name }, les exposants de { $event } verraient cette adresse au lieu de celle de l’inscription.
mail-address-yes = Oui, c’est mon adresse
mail-address-once = { $minutes ->
    [one] Ce lien sert une seule fois, pendant { $minutes } minute. Avant cela, personne ne voit cette adresse.
   *[other] Ce lien sert une seule fois, pendant { $minutes } minutes. Avant cela, personne ne voit cette adresse.
 }
mail-address-ignore = Ce n’est pas vous ? Ignorez ce message : rien ne change.

mail-meeting-subject = { $what } : { $with }
mail-meeting-an-attendee = Un participant
mail-meeting-asked-subject = Demande de rendez-vous
mail-meeting-asked = { $who } souhaite vous rencontrer ({ $event }).
mail-meeting-moved-subject = Autre horaire proposé
mail-meeting-moved = { $who } propose un autre horaire ou un autre lieu pour votre rendez-vous ({ $event }).
mail-meeting-accepted-subject = Rendez-vous confirmé
mail-meeting-accepted = { $who } a accepté votre rendez-vous ({ $event }).
mail-meeting-declined-subject = Rendez-vous décliné
mail-meeting-declined = { $who } ne souhaite pas ce rendez-vous ({ $event }).
mail-meeting-cancelled-subject = Rendez-vous annulé
mail-meeting-cancelled = { $who } a annulé votre rendez-vous ({ $event }).
mail-meeting-expired-subject = Demande de rendez-vous restée sans réponse
mail-meeting-expired = { $who } n'a pas répondu à temps ; la demande de rendez-vous est close ({ $event }).
mail-meeting-soon-subject = Votre rendez-vous approche
mail-meeting-soon = { $who } vous attend bientôt ({ $event }).
mail-meeting-time = Horaire : { $begins }.
mail-meeting-time-and-place = Horaire : { $begins }, { $location }.
mail-meeting-note = Message : { $note }
mail-meeting-answer = Répondre
mail-meeting-see = Voir vos rendez-vous
mail-meeting-calendar = Le fichier joint met votre agenda à jour.
