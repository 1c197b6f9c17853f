readiness-ready = Prêts ?
readiness-send-the-reminders = Envoyer les rappels
readiness-remind = Rappeler
readiness-which-exhibitors = Quels exposants
readiness-nobody-here = Personne ici
readiness-no-exhibitor-is-in-this = Aucun exposant n’est dans cet état.
readiness-how-far-each-exhibitor-has = Où en est chaque exposant
readiness-steps = Étapes
readiness-done = fait :
readiness-to-do = à faire :
readiness-the-reminder-is-on-its = Le rappel est en route.
readiness-remind-2 = Rappeler { $name }
readiness-reminders-are-on-their-way = Les rappels sont en route
readiness-all = Tous
readiness-nothing-done = Rien de fait
readiness-never-signed-in = Jamais connecté
readiness-no-phone = Sans téléphone
readiness-not-tested = Pas testé
readiness-no-questions = Sans questions
readiness-no-scan = Aucun scan
readiness-reminded = Rappelé { $time }
readiness-summary = { $count ->
    [one] { $count } exposant · { $tested } testés · { $scanning } scannent
   *[other] { $count } exposants · { $tested } testés · { $scanning } scannent
 }
readiness-step-signed-in = Connecté
readiness-step-team = Équipe
readiness-step-paired = Téléphone associé
readiness-step-tested = Testé
readiness-step-questions = Questions prêtes
readiness-step-scanned = Premier scan
readiness-step-with-contact = Avec coordonnées
readiness-remind-all = { $count ->
    [one] Rappeler aux administrateurs de { $count } exposant ce qui reste à faire ?
   *[other] Rappeler aux administrateurs de { $count } exposants ce qui reste à faire ?
 }
readiness-remind-count = { $count ->
    [one] Relancer 1 exposant
   *[other] Relancer ces { $count }
 }
readiness-mails-to = <b class="number" data-text="mails"></b> e-mails, à <b class="number" data-text="exhibitors"></b> exposants. Chacun dit ce qui reste à faire, et laisse entrer qui ne s’est jamais connecté.
