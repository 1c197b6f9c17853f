//! Secret links of attendees: worth what the sign-in of their address is where nobody is spoken for, for whoever
//! holds one, and of another purpose nothing.

use super::callers::Callers;
use super::document;
use super::targets::Targets;
use super::{Got, Verdict, ask};
use harness::on_every_engine;
use server::access::operations::{self, Need};

on_every_engine! {
    async fn a_secret_link_stands_in_for_the_sign_in_of_its_attendee_alone(fair) {
        let callers = Callers::gather(fair).await;
        let targets = Targets::prepare(fair, &callers).await;
        let [nobody, attendee] = ["nobody", "the attendee"].map(|name| callers.named(name));
        let mut wrong = Vec::new();
        for (method, template, name) in document() {
            if operations::need(&name) != Some(Need::Attendee) {
                continue;
            }
            let request = targets.ask(&name, attendee).await;
            let link = targets.link_of(&request.ids["token"]).await;
            let by_link = if operations::asks_for_proof(&name) { Verdict::Forbidden } else { Verdict::Allowed };
            // A link that only reads a calendar, and one that nobody ever made, are no attendee's.
            let secrets = [
                (link, by_link),
                (targets.own.calendar.clone(), Verdict::NotFound),
                ("no-such-link".to_owned(), Verdict::NotFound),
            ];
            for (secret, due) in secrets {
                let request = request.clone().with("token", secret);
                let path = request.path(&template);
                let at = format!("whoever holds it calls {name} ({method} {path})");
                let Got { verdict, told, .. } = ask(nobody, &method, &path, request).await;
                if verdict != due {
                    wrong.push(format!("{at}: {verdict:?}, not {due:?} ({told})"));
                }
            }
        }
        assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
}
