charts-charts = Graphiques
charts-no-scans = Aucun scan
charts-as-soon-as-phones-of = Dès que les téléphones de votre stand scannent, les heures, les personnes, les évaluations et les réponses apparaissent ici.
charts-scans-per-hour = Scans par heure
charts-scans-per-person = Scans par personne
charts-leads-by-rating = Leads par évaluation
charts-what-visitors-answer-is-charted = Les réponses des visiteurs apparaissent ici aussi, dès que vous
charts-ask-questions = posez des questions
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
