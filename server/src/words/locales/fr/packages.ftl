packages-packages = Formules
packages-what-an-exhibitor-buys-a = { $event } · ce qu’un exposant achète. Un changement vaut aussitôt pour chaque exposant qui a la formule.
packages-new-package = Nouvelle formule
packages-no-packages = Aucune formule
packages-without-one-every-exhibitor-has = Sans formule, chaque exposant a tout : scans, leads en direct, exports, autant de téléphones qu’il veut. Créez des formules pour vendre moins ou plus que cela.
packages-packages-of = Formules de { $event }
packages-leaves-out-or-limits = Exclut ou limite
packages-nothing-everything-is-included = Rien : tout est compris
packages-more-packages = Plus de formules
packages-package-made = Formule créée.
packages-basic = Base
packages-make-it = Créer
packages-lead-scanning = Scan de leads
packages-off = Désactivé
packages-live-leads-tab = Onglet Leads en direct
packages-exports = Exports
packages-questions-at-the-stand = Questions sur le stand
packages-licences-phones-at-once = Licences (téléphones à la fois)
packages-more-licences-than-that = Plus de licences que cela
packages-allowed-on-invoice = Permis, sur facture
packages-refused = Refusé
packages-badges-for-the-team = Badges pour l’équipe
packages-contact-fields-disclosed-at-most = Coordonnées partagées au plus
packages-none-ticked-all-that-the = (rien de coché : tout ce que l’événement partage)
packages-as-in-the-package = Selon la formule
packages-no-scanning = Sans scans
packages-not-live = Pas en direct
packages-no-export = Sans export
packages-no-questions = Sans questions
packages-more-on-invoice = Licences en plus sur facture
packages-badges = { $count ->
    [one] { $count } badge
   *[other] { $count } badges
 }
packages-contact-fields = { $count ->
    [one] { $count } coordonnée
   *[other] { $count } coordonnées
 }
packages-included = Compris
packages-no-meetings = Sans rendez-vous
packages-no-contact-list = Sans liste des participants
packages-contact-list = Liste des participants à rencontrer
