menu-print-runs = Impression des badges
runs-about = Beaucoup de badges de { $event } à la fois. Une impression reprend là où elle s’est arrêtée, à ce guichet ou à un autre : personne n’est imprimé deux fois, personne n’est oublié.
runs-new = Nouvelle impression
runs-none = Aucune impression
runs-none-about = Choisissez les badges à imprimer et leur ordre. Un badge seul s’imprime à la page « Inscrits ».
runs-everybody = Tout le monde
runs-unprinted = pas encore imprimés
runs-by-surname = Par nom de famille
runs-by-exhibitor = Par exposant, avec séparateurs
runs-open = En cours
runs-stopped = Arrêtée
runs-done = Imprimée
runs-progress = { $done } sur { $total }
runs-print-next = { $count ->
    [one] Imprimer le badge suivant
   *[other] Imprimer les { $count } badges suivants
 }
runs-from-to = De { $first } à { $last }
runs-last-badge = Numéro du dernier badge sorti
runs-all-came-out = Tous sont sortis
runs-is-printed = C’est imprimé
runs-noted = C’est noté. L’impression continue après.
runs-go-on = Reprendre
runs-go-on-with = Reprendre { $name }
runs-stop = Arrêter
runs-stop-this = Arrêter { $name }
runs-only-unprinted = Seulement les badges jamais imprimés
runs-every-category = Toutes les catégories
runs-company = Société ou exposant
runs-order = Ordre
runs-chunk = Badges par document
runs-printer = Imprimante
runs-stock = Imprimés sur
runs-offset-x = Décaler à droite de (mm)
runs-offset-y = Décaler vers le bas de (mm)
runs-offset-about = Sur la page de test, le cadre est à 5 mm de chaque bord. Ce navigateur retient vos réglages.
runs-test-page = Page de test
runs-begin = Commencer
runs-no-exhibitor = Tous les autres
runs-badges = { $count ->
    [one] { $count } badge
   *[other] { $count } badges
 }
runs-test-note = Chaque trait est à 5 mm du bord. Décalé à droite de { $x } mm, vers le bas de { $y } mm.
runs-stock-a6 = Feuille A6, 105 × 148 mm
runs-stock-a4 = Quatre par feuille A4
runs-stock-card = Carte, 86 × 54 mm
runs-stock-badge = Badge, 96 × 134 mm
runs-stock-roll = Rouleau d’étiquettes de 62 mm, coupé à 100 mm
runs-stock-label = Étiquette, 100 × 150 mm
