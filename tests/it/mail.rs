//! Mail: written with what causes it, delivered once, tried again when that failed.

use harness::{Engine, Fair, Smtp, eventually, on_every_engine, run_with_smtp};
use server::fields::Email;
use server::mail::{self, Message};
use server::words::Words;
use server::{affected, sql};
use uuid::Uuid;

const MINUTE: i64 = 60_000_000;

fn reset(name: &str) -> Message {
    Message::PasswordReset { name: name.into(), link: "https://leads.example.org/reset/lr_secret".into(), minutes: 60 }
}

async fn send(fair: &Fair, to: &str, message: &Message) {
    let mut tx = fair.app().write().await.unwrap();
    mail::enqueue(fair.app(), &mut tx, &Email::parse(to).unwrap(), Words::default(), message).await.unwrap();
    tx.commit(&fair.app().hub).await.unwrap();
}

/// What is kept of the only mail: attempts, whether it was sent, given up, and what it still says.
async fn kept(fair: &Fair) -> (i64, bool, bool, String) {
    let mut tx = fair.app().read().await.unwrap();
    let row: (i64, Option<i64>, Option<i64>, String) = sql!(tx, conn => sqlx::query_as(
        "SELECT attempts, sent_at, failed_at, CAST(body AS TEXT) FROM mail").fetch_one(conn))
    .unwrap();
    tx.done().await.unwrap();
    (row.0, row.1.is_some(), row.2.is_some(), row.3)
}

/// Tests with a mail server, on both engines.
macro_rules! with_smtp {
    ($(async fn $name:ident($fair:ident, $smtp:ident) $body:block)*) => {$(
        async fn $name($fair: &Fair, $smtp: &Smtp) $body

        mod $name {
            #[test]
            fn sqlite() {
                super::run_with_smtp(super::Engine::Sqlite, stringify!($name), super::$name);
            }

            #[test]
            fn postgres() {
                super::run_with_smtp(super::Engine::Postgres, stringify!($name), super::$name);
            }
        }
    )*};
}

with_smtp! {
    async fn a_mail_reaches_the_mail_server_as_text_and_html(fair, smtp) {
        send(fair, "ines@acme.example", &reset("Inès Ito")).await;
        let mails = smtp.taken(1).await;
        let mail = &mails[0];
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("ines@acme.example", "Choose a new password"));
        assert!(mail.text.contains("Hello Inès Ito,"), "{}", mail.text);
        assert!(mail.html.contains("Hello Inès Ito,") && mail.html.contains("lang=\"en\""), "{}", mail.html);
        assert_eq!(mail.link(), "https://leads.example.org/reset/lr_secret");
        assert_eq!(mail.headers["auto-submitted"], "auto-generated");
        eventually(async || kept(fair).await.1.then_some(())).await;
        let (attempts, _, is_given_up, body) = kept(fair).await;
        assert_eq!((attempts, is_given_up, body.as_str()), (1, false, "{}"), "the secret is forgotten");
    }

    async fn a_mail_that_is_put_off_comes_later_under_the_same_id(fair, smtp) {
        smtp.refuse_next("451 4.7.1 Greylisted, try again later");
        send(fair, "ines@acme.example", &reset("Ines")).await;
        eventually(async || (smtp.refused() == 1 && kept(fair).await.0 == 1).then_some(())).await;
        assert!(smtp.mails().is_empty());
        assert!(kept(fair).await.3.contains("lr_secret"), "it is needed again");
        eventually(async || {
            fair.app().clock.advance(MINUTE);
            fair.app().mails.wake();
            (!smtp.mails().is_empty()).then_some(())
        })
        .await;
        let mails = smtp.taken(1).await;
        assert!(mails[0].headers["message-id"].ends_with("@127.0.0.1>"), "{:?}", mails[0].headers);
    }

    async fn an_address_that_the_mail_server_refuses_is_given_up(fair, smtp) {
        smtp.refuse_next("550 5.1.1 Nobody of this name");
        send(fair, "nobody@acme.example", &reset("Nobody")).await;
        eventually(async || kept(fair).await.2.then_some(())).await;
        let (attempts, is_sent, _, body) = kept(fair).await;
        assert_eq!((attempts, is_sent, body.as_str()), (1, false, "{}"));
        fair.app().clock.advance(24 * 60 * MINUTE);
        fair.app().mails.wake();
        send(fair, "ines@acme.example", &reset("Ines")).await;
        assert_eq!(smtp.taken(1).await.len(), 1, "the other one is not tried again");
    }

    async fn two_servers_send_a_mail_once(fair, smtp) {
        let other = fair.another_node().await;
        for number in 0..30 {
            send(fair, &format!("p{number}@acme.example"), &reset("P")).await;
            other.app.mails.wake();
        }
        smtp.taken(30).await;
        eventually(async || {
            let mut tx = fair.app().read().await.unwrap();
            let waiting: i64 = sql!(tx, conn => sqlx::query_scalar(
                "SELECT COUNT(*) FROM mail WHERE due_at IS NOT NULL").fetch_one(conn)).unwrap();
            (waiting == 0).then_some(())
        })
        .await;
        let mut to: Vec<String> = smtp.mails().into_iter().map(|mail| mail.to).collect();
        to.sort();
        to.dedup();
        assert_eq!((to.len(), smtp.mails().len()), (30, 30));
    }

    async fn a_mail_whose_server_died_over_it_is_sent_by_another(fair, smtp) {
        // Claimed, and never heard of again.
        let now = fair.now();
        let mut tx = fair.app().write().await.unwrap();
        let (id, to) = (fair.app().new_id::<Uuid>(), Email::parse("ines@acme.example").unwrap());
        let later = now.plus_micros(10 * MINUTE);
        mail::store::insert(&mut tx, id, &to, Words::named("fr").unwrap(), &reset("Ines"), later).await.unwrap();
        assert!(mail::store::claim(&mut tx, id, later, later).await.unwrap().is_some());
        assert!(mail::store::claim(&mut tx, id, now, later).await.unwrap().is_none(), "claimed already");
        tx.commit(&fair.app().hub).await.unwrap();
        fair.app().mails.wake();
        assert!(smtp.mails().is_empty());
        fair.app().clock.advance(10 * MINUTE);
        fair.app().mails.wake();
        assert_eq!(smtp.taken(1).await[0].subject, "Choisir un nouveau mot de passe");
        eventually(async || kept(fair).await.1.then_some(())).await;
    }
}

on_every_engine! {
    async fn without_a_mail_server_mails_are_files_and_none_is_written_for_what_did_not_happen(fair) {
        let mut tx = fair.app().write().await.unwrap();
        let to = Email::parse("never@acme.example").unwrap();
        mail::enqueue(fair.app(), &mut tx, &to, Words::default(), &reset("Never")).await.unwrap();
        drop(tx);
        send(fair, "ines@acme.example", &reset("Ines")).await;
        let mail = fair.mail_to("ines@acme.example", 1).await;
        assert_eq!(mail.headers["from"], "Leadline <leadline@127.0.0.1>");
        assert_eq!(fair.mails().len(), 1);
    }

    async fn who_got_which_mail_is_forgotten_after_a_while(fair) {
        send(fair, "ines@acme.example", &reset("Ines")).await;
        eventually(async || kept(fair).await.1.then_some(())).await;
        let mut tx = fair.app().write().await.unwrap();
        affected!(tx, sqlx::query("UPDATE mail SET due_at = NULL")).unwrap();
        let before = fair.now().plus_micros(1);
        assert_eq!(mail::store::prune(&mut tx, before).await.unwrap(), 1);
    }
}
