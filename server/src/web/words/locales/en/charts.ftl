charts-charts = Charts
charts-no-scans = No scans
charts-as-soon-as-phones-of = As soon as phones of your stand scan, the hours, people, ratings and answers appear here.
charts-scans-per-hour = Scans per hour
charts-scans-per-person = Scans per person
charts-leads-by-rating = Leads by rating
charts-what-visitors-answer-is-charted = What visitors answer is charted here too, once you
charts-ask-questions = ask questions
charts-scans-between = { $count ->
    [one] { $count } scan between { $from }:00 and { $to }:00
   *[other] { $count } scans between { $from }:00 and { $to }:00
 }
charts-answers = { $count ->
    [one] { $count } answer
   *[other] { $count } answers
 }
charts-on-average = { $mean } on average, from { $least } to { $most }
charts-all-days = All days
charts-nobody-in-particular = Nobody in particular
charts-not-rated = Not rated
