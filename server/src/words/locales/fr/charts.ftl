charts-charts = Graphiques
charts-no-scans = Aucun scan
charts-as-soon-as-phones-of = Dès que les téléphones de votre stand scannent, les heures, les personnes, les évaluations et les réponses apparaissent ici.
charts-scans-per-hour = Scans par heure
charts-scans-per-person = Scans par personne
charts-leads-by-rating = Leads par évaluation
charts-scans-between = { $count ->
    [one] { $count } scan entre { $from } h et { $to } h
   *[other] { $count } scans entre { $from } h et { $to } h
 }
charts-answers = { $count ->
    [one] { $count } réponse
   *[other] { $count } réponses
 }
charts-on-average = { $mean } en moyenne, de { $least } à { $most }
charts-all-days = Tous les jours
charts-nobody-in-particular = Personne en particulier
charts-not-rated = Non évalué
charts-once-you-ask = Les réponses des visiteurs apparaissent ici aussi, dès que vous <a href="{ $questions }">posez des questions</a>.
charts-goal = Objectif
charts-goal-title = Leads par rapport à votre objectif
charts-goal-of = { $count } leads sur { $goal }
charts-goal-none = { $count ->
    [one] { $count } lead
   *[other] { $count } leads
}
charts-goal-day = { $day } : { $new } nouveaux, { $total } en tout
charts-goal-wanted = Objectif : { $goal } leads
charts-goal-set = Fixer un objectif
charts-goal-change = Modifier l’objectif
charts-goal-how-many = Leads d’ici la fin de l’événement
charts-goal-hint = Tous les leads comptent, quelle que soit la rencontre. Laissez vide pour ne pas avoir d’objectif.
charts-goal-not-begun = La première colonne apparaîtra dès l’ouverture de l’événement.
