demo-a-fair-is-on-look = Un salon est en cours. Regardez.
demo-phones-in-three-halls-photograph = Des téléphones dans trois halls photographient des badges, les décodent et les envoient. Rien sur ces pages n’est rejoué.
demo-scans-since-the-demo-began = Scans depuis le début de la démo
demo-hero-in-all = { $hero } au total, avant la démo aussi : <b class="number" data-figure="hero_leads">0</b> leads pour <b class="number" data-figure="hero_scans">0</b> scans. Son onglet Leads et le suivi en direct montrent ceux-ci ; un visiteur scanné à nouveau reste un seul lead, et qui est venu à une conférence ou à un rendez-vous en est un sans scan.
demo-sent-by-phones = Envoyés par les téléphones
demo-received = Reçus
demo-sent = { $hero } : envoyés
demo-in-its-leads-tab = Dans son onglet Leads
demo-password-of-the-demo-as = Mot de passe de la démo, tel que le terminal l’affiche
demo-sign-in-with-one-click = Se connecter d’un clic
demo-a-browser-holds-one-sign = Un navigateur garde une connexion d’équipe et une de visiteur : ouvrez une fenêtre privée pour une deuxième personne de chaque.
demo-make-something-happen = Faites arriver quelque chose
demo-badges-to-scan-with-your = Badges à scanner avec votre propre téléphone
demo-print-them = Les imprimer
demo-badge-of-a-visitor = Badge { $badge } d’un visiteur
demo-demo = Démo
demo-visitor = Visiteur, dans son propre espace
demo-visitor-about = Voit qui il a rencontré et ce qui est transmis, donne aux exposants une autre adresse, prend rendez-vous, écrit, retire son accord.
demo-part-admin = { $of }, administratrice
demo-part-admin-about = Gère le stand : tous les leads en direct, export, équipe, téléphones, rendez-vous, conversations.
demo-part-scanner = { $of }, scanneur
demo-part-scanner-about = Scanne les badges dans le navigateur ou sur un téléphone et qualifie les leads du stand.
demo-part-contact = { $of }, scanneur et contact commercial
demo-part-contact-about = Reçoit au stand : ses propres rendez-vous, scanne aussi, n’exporte rien.
demo-part-organizer = { $of }, organisatrice
demo-part-organizer-about = Possède l’événement : suivi en direct, exposants, conférences, badges, bilan, et qui travaille pour l’organisateur.
demo-part-manager = { $of }, gestionnaire
demo-part-manager-about = Mène l’événement comme son propriétaire : exposants, formules, moments, personnes. Ne nomme pas de propriétaire.
demo-part-viewer = { $of }, observateur
demo-part-viewer-about = Observe : suivi en direct, préparation, bilan. Ne change rien.
demo-part-desk = { $of }, guichet d’assistance
demo-part-desk-about = Trouve chacun aussitôt, imprime les badges, fusionne les doublons, attribue les codes inconnus.
demo-act-hall = Couper le réseau du hall { $hall }, ou le rétablir
demo-act-hall-about = Les téléphones y scannent toujours et gardent chaque scan jusqu’à pouvoir l’envoyer.
demo-act-again = Un collègue scanne à nouveau un lead chaud
demo-act-again-about = Deux notes, deux auteurs, rien n’est écrasé.
demo-act-withdraw = Un visiteur retire son accord
demo-act-withdraw-about = Sa ligne est masquée dans l’onglet ouvert en une seconde.
demo-act-revoke = Dissocier le téléphone qui garde des scans
demo-act-revoke-about = Ce qu’il a scanné pour { $hero } avant ce moment arrive encore. S’il ne garde plus rien, un premier clic le coupe du réseau, un deuxième le dissocie.
demo-act-restart = Tuer le serveur et le relancer
demo-act-restart-about = Il est coupé au milieu de ce qu’il fait, avec tout ce qu’il avait en mémoire ; le suivant ne trouve que ce qui était écrit. (Les téléphones et cette page vivent dans le même programme : c’est le serveur dedans qui est tué, pas le programme.) Le compte ne change pas et les onglets ouverts reprennent où ils étaient.
demo-badge-picture = Badge d’un visiteur
demo-did-again = Un collègue a scanné à nouveau un lead chaud et écrit une note. Les deux notes restent, chacune avec son auteur ; la nouvelle évaluation s’affiche, l’ancienne est dans l’historique.
demo-did-withdraw = { $count ->
    [one] Un visiteur a retiré son accord. { $count } lead est masqué, dans chaque onglet ouvert : nom et coordonnées ont disparu, la ligne dit « Retiré ».
   *[other] Un visiteur a retiré son accord. { $count } leads sont masqués, dans chaque onglet ouvert : noms et coordonnées ont disparu, les lignes disent « Retiré ».
 }
demo-did-revoke = { $count ->
    [0] « { $name } » est dissocié et ne lit plus rien. Il avait envoyé chaque scan ; un scan qu’il garderait encore arriverait quand même.
    [one] « { $name } » est dissocié et ne lit plus rien. Le scan qu’il gardait arrive encore ({ $count }), maintenant.
   *[other] « { $name } » est dissocié et ne lit plus rien. Les { $count } scans qu’il gardait arrivent encore, maintenant.
 }
demo-did-revoke-before = { $count ->
    [0] « { $name } » n’a plus d’accès : il a déjà été dissocié ou signalé perdu. Tout ce qu’il avait scanné est livré.
    [one] « { $name } » n’a plus d’accès : il a déjà été dissocié ou signalé perdu. Il livre le scan qu’il garde encore ({ $count }).
   *[other] « { $name } » n’a plus d’accès : il a déjà été dissocié ou signalé perdu. Il livre les { $count } scans qu’il garde encore.
 }
demo-did-lose = « { $name } » avait envoyé chaque scan : rien à montrer. Il est maintenant coupé du réseau et scanne toujours ; regardez « pas encore envoyé », puis cliquez à nouveau pour le dissocier avec ce qu’il garde.
demo-did-lose-before = « { $name } » est coupé du réseau et n’a encore scanné personne. Cliquez à nouveau dans quelques secondes.
demo-did-restart = Le serveur est tué et redémarre. Les téléphones gardent ce qu’ils ne peuvent envoyer, les onglets ouverts se reconnectent et ne manquent rien.
demo-did-darken = Le hall { $hall } n’a plus de réseau. Ses téléphones scannent toujours ; regardez « pas encore envoyé » monter.
demo-did-light = Le hall { $hall } est de retour. Tout ce que ses téléphones gardaient arrive maintenant, une fois, à son heure véritable.
demo-scan-here = Scanner dans ce navigateur
demo-scan-here-of = Le scanneur, avec un code d’association de { $hero }
demo-scan-here-about = Touchez-y « Associer ce téléphone » : ce navigateur devient un des téléphones du stand. Présentez un badge à sa caméra, sur l’écran d’un téléphone ou sur papier, ou saisissez le numéro inscrit dessous.
demo-scan-here-label = Associé depuis la page de la démo
demo-from-a-phone = Lancez la démo avec <code>--lan</code> pour l’atteindre depuis un téléphone, associez-le sur la page « Téléphones » de { $hero }, et visez ici.
demo-scanner-picture = Adresse du scanneur en QR code
demo-open-the-scanner = Ouvrez le scanneur sur votre téléphone
demo-open-the-scanner-about = Visez ce code et acceptez le certificat, qui est celui de la démo. Associez le téléphone avec un code de la page « Téléphones » de { $hero }, puis scannez les badges ci-dessous.
