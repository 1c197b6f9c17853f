//! What two servers do to the same rows at the same moment, before either has committed.

use harness::{Engine, Fair, eventually, on_every_engine};
use server::leads;
use server::{affected, sql};

/// Waits until a transaction waits for another's; on SQLite they do before they have begun.
async fn somebody_waits(fair: &Fair) {
    if fair.engine() == Engine::Sqlite {
        return;
    }
    eventually(async || {
        let mut tx = fair.app().read().await.unwrap();
        let waiting: i64 = sql!(tx, conn => sqlx::query_scalar(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
            .fetch_one(conn))
        .unwrap();
        tx.done().await.unwrap();
        (waiting > 0).then_some(())
    })
    .await;
}

on_every_engine! {
    async fn somebody_whom_two_meet_at_the_same_moment_is_one_lead_and_no_conflict(fair) {
        let (app, event) = (fair.app(), fair.site.event);
        let acme = fair.exhibitor("Acme").open().await;
        let person = fair.registration("Noor Aziz").badge().await.registration;
        let info = app.events.info(app, event).await.unwrap();
        let mut first = app.write().await.unwrap();
        let made = leads::of_person(app, &mut first, &info, acme.id.into(), person).await.unwrap();
        let second = async {
            let mut tx = app.write().await.unwrap();
            let found = leads::of_person(app, &mut tx, &info, acme.id.into(), person).await.unwrap();
            tx.commit(&app.hub).await.unwrap();
            found
        };
        let first = async {
            somebody_waits(fair).await;
            first.commit(&app.hub).await.unwrap();
        };
        let (found, ()) = tokio::join!(second, first);
        assert!(made.is_some() && found == made, "{found:?} is {made:?}");
    }

    async fn two_batches_of_a_new_queue_at_two_servers_settle_the_numbers_of_both(fair) {
        let app = fair.app();
        let ines = fair.exhibitor("Acme").open().await.phone("Ines").await;
        let scan = ines.scanned("HALL-1");
        // The other server has the second one, and is about to commit.
        let mut other = app.write().await.unwrap();
        affected!(
            other,
            sqlx::query(
                "INSERT INTO device_queue (event_id, space_id, queue_id, device_id, contiguous_seq, ahead, \
                 last_device_seq, clock_offset_us, seen_at) VALUES ($1, $2, $3, $4, 0, '2', 2, 0, $5)"
            )
            .bind(fair.site.event)
            .bind(ines.exhibitor)
            .bind(ines.queue_id())
            .bind(ines.device)
            .bind(fair.now())
        )
        .unwrap();
        let other = async {
            somebody_waits(fair).await;
            other.commit(&app.hub).await.unwrap();
        };
        let captures = [scan];
        let (upload, ()) = tokio::join!(ines.deliver(&captures), other);
        assert_eq!(upload.contiguous_seq, 2);
        assert_eq!(ines.heartbeat().await.contiguous_seq, 2);
    }
}
