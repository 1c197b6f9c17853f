charts-charts = Charts
charts-no-scans = No scans
charts-as-soon-as-phones-of = As soon as phones of your stand scan, the hours, people, ratings and answers appear here.
charts-scans-per-hour = Scans per hour
charts-scans-per-person = Scans per person
charts-leads-by-rating = Leads by rating
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
charts-once-you-ask = What visitors answer is charted here too, once you <a href="{ $questions }">ask questions</a>.
charts-goal = Goal
charts-goal-title = Leads against your goal
charts-goal-of = { $count } of { $goal } leads
charts-goal-none = { $count ->
    [one] { $count } lead
   *[other] { $count } leads
}
charts-goal-day = { $day }: { $new } new, { $total } in all
charts-goal-wanted = Goal: { $goal } leads
charts-goal-set = Set a goal
charts-goal-change = Change the goal
charts-goal-how-many = Leads by the end of the event
charts-goal-hint = Everybody who is a lead counts, however they were met. Leave it empty to have no goal.
charts-goal-not-begun = The first column stands here as soon as the event begins.
