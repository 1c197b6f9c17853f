# Ce que le cadre et toutes les pages ont en commun.
language-name = Français
# Ses autres noms dans les listes importées, en minuscules.
language-others-call-it = french fra fre
number-group = {"\u202F"}
number-grouped = { $number }
number-decimal = { $whole },{ $part }

date-short = { $weekday } { $day } { $month }
date-long = { $weekday } { $day } { $month }
date-weekdays = lundi mardi mercredi jeudi vendredi samedi dimanche
date-weekdays-short = lun. mar. mer. jeu. ven. sam. dim.
date-months = janvier février mars avril mai juin juillet août septembre octobre novembre décembre
date-months-short = janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.

time-yesterday = hier, { $time }
time-on-day = { $day }, { $time }
# Après un verbe : « Demandé hier à 10:12 CET ».
moment-today = à { $time }
moment-yesterday = hier à { $time }
moment-on-day = le { $day } à { $time }
time-just-now = à l’instant
time-minutes-ago = il y a { $minutes } min
time-today-name = Aujourd’hui
time-yesterday-name = Hier
time-opens = Ouvre { $day }
time-ended = Terminé { $day }
time-day-of = Jour { $day } sur { $days }

stand-numbered = Stand { $number }

shell-skip = Aller au contenu
shell-switch-space = Changer d’espace
shell-scan-here = Scanner avec cet appareil
shell-account = Votre compte
shell-sign-out = Se déconnecter
shell-all-spaces = Leadline, tous vos espaces
shell-you-are-here = Vous êtes ici
shell-account-of = { $initials }, compte de { $name }
shell-pages = Pages
menu-not-in-package = Pas dans votre formule. Demandez à l’organisateur, qui peut l’activer.
menu-not-in-package-spoken = {" :"} pas dans votre formule, demandez à l’organisateur
error-nothing-here = Rien ici
error-not-for-you = Pas pour ce compte
error-one-moment = Un instant
error-did-not-work = Cela n’a pas marché
error-broke = Une erreur s’est produite
error-to-spaces = Aller à vos espaces
error-ask-new-link = Demander un nouveau lien
error-no-page = Cette page n’existe pas.
error-no-page-or-access = Cette page n’existe pas, ou votre compte n’y a pas accès.

menu-leads = Leads
menu-meetings = Rendez-vous
menu-messages = Messages
menu-sessions = Conférences
menu-charts = Graphiques
menu-team = Équipe
menu-questions = Questions
menu-profile = Fiche publique
menu-profile-fields = Champs des fiches
menu-phones = Téléphones
menu-activity = Activité
menu-live-monitor = Suivi en direct
menu-exhibitors = Exposants
menu-packages = Formules
menu-what-they-see = Partage de coordonnées
menu-people = Inscrits
menu-meeting-places = Espaces de rendez-vous
menu-help-desk = Guichet d’assistance
menu-ready = Prêts ?
menu-moments-and-mails = Moments et mails
menu-doors = Contrôle d’accès
menu-team-form = Formulaire d’équipe
menu-members = Organisateurs
menu-report = Bilan

js-page-dismiss = Fermer
js-page-unreachable = Le serveur est injoignable. Vérifiez la connexion et réessayez.
js-page-answered = Le serveur a répondu { $status }.
js-page-yesterday = hier, { $time }
js-page-on-day = { $day }, { $time }
js-manage-yes = Oui
js-manage-copied = Copié.
js-manage-copy-by-hand = Copiez-le à la main : le navigateur ne le permet pas ici.
js-page-this = { $detail }.
date-year = { $day } { $year }
date-month-day = { $day ->
    [1] 1er { $month }
   *[other] { $day } { $month }
 }
date-moment = { $day } à { $time }
js-live-connecting = { common-connecting }
js-live-connecting-about = Connexion au serveur.
js-live-live = En direct
js-live-live-about = Les nouveaux scans apparaissent aussitôt.
js-live-slower = En direct, plus lent
js-live-slower-about = Ce réseau coupe les connexions directes. Les nouveaux scans apparaissent quand même, un peu plus tard.
js-live-offline = Hors ligne
js-live-offline-about = Pas de connexion. Nouvel essai en cours ; rien ne se perd entre-temps.
js-live-ended = Terminé
js-live-ended-about = Cette page ne reçoit plus les changements.
js-live-signed-out = Déconnecté
js-live-no-access = Pas d’accès
js-live-you-are-signed-out = Vous êtes déconnecté.
js-live-sign-in = { account-sign-in }
js-page-just-now = { time-just-now }
js-page-minutes-ago = { time-minutes-ago }
menu-home = Accueil
