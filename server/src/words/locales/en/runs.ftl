menu-print-runs = Badge printing
runs-about = Many badges of { $event } at once. A run goes on where it stood, at this counter or another: nobody is printed twice, nobody is left out.
runs-new = New print run
runs-none = No print runs
runs-none-about = Choose whose badges to print, and in which order. Single badges are printed on the page of people.
runs-everybody = Everybody
runs-unprinted = not yet printed
runs-by-surname = By surname
runs-by-exhibitor = By exhibitor, with separators
runs-open = Going on
runs-stopped = Stopped
runs-done = Printed
runs-progress = { $done } of { $total }
runs-print-next = { $count ->
    [one] Print the next badge
   *[other] Print the next { $count } badges
 }
runs-from-to = { $first } to { $last }
runs-last-badge = Number on the last badge that came out
runs-all-came-out = All came out
runs-is-printed = It is printed
runs-noted = Noted. The run goes on after it.
runs-go-on = Go on
runs-go-on-with = Go on with { $name }
runs-stop = Stop
runs-stop-this = Stop { $name }
runs-only-unprinted = Only badges that were never printed
runs-every-category = Every category
runs-company = Company or exhibitor
runs-order = Order
runs-chunk = Badges in one document
runs-printer = Printer
runs-stock = Printed on
runs-offset-x = Move right by (mm)
runs-offset-y = Move down by (mm)
runs-offset-about = On the test page the frame is 5 mm from every edge. This browser remembers what you set.
runs-test-page = Test page
runs-begin = Begin
runs-no-exhibitor = Everybody else
runs-badges = { $count ->
    [one] { $count } badge
   *[other] { $count } badges
 }
runs-test-note = Each line is 5 mm from the edge. Moved right by { $x } mm, down by { $y } mm.
runs-stock-a6 = A6 sheet, 105 × 148 mm
runs-stock-a4 = Four on an A4 sheet
runs-stock-card = Card, 86 × 54 mm
runs-stock-badge = Badge, 96 × 134 mm
runs-stock-roll = Label roll, 62 mm wide, cut at 100 mm
runs-stock-label = Label, 100 × 150 mm
