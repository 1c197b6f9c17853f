//! What each operation asks of an exhibitor's package: without it the answer is `not_in_package`, whoever
//! asks, and whatever else is left out changes nothing.

use super::ask::Ask;
use super::callers::{Caller, Callers};
use super::document;
use super::targets::Targets;
use harness::{Subscriber, on_every_engine};
use mobile_core::wire::ProblemBody;
use reqwest::Method;
use serde_json::{Map, Value, json};
use server::access::operations::{self, Need};
use server::packages::Entitlement::{self, ContactList, Export, Live, Meetings, Questions, Scanning};

const ALL: [Entitlement; 6] = [Scanning, Live, Export, Questions, Meetings, ContactList];

/// The terms of an exhibitor without some of what can be sold.
fn without(left_out: impl IntoIterator<Item = Entitlement>) -> Value {
    let terms: Map<String, Value> =
        left_out.into_iter().map(|one| (json!(one).as_str().unwrap().to_owned(), json!(false))).collect();
    json!({ "terms": terms })
}

/// The reason of a refusal; empty where the request was dealt with.
async fn code(caller: &Caller, method: &Method, path: &str, ask: Ask) -> String {
    let (status, body) = if ask.is_stream {
        match Subscriber::connect(&caller.api, path, None, None).await {
            Ok(_) => return String::new(),
            Err(answer) => (answer.status, answer.body),
        }
    } else {
        let mut headers = Vec::new();
        headers.extend(ask.content_type.map(|kind| ("content-type", kind)));
        headers.extend(ask.version.as_deref().map(|version| ("if-match", version)));
        let answer = caller.api.send(method.clone(), path, &headers, ask.body).await;
        (answer.status, answer.body)
    };
    if status < 400 {
        return String::new();
    }
    serde_json::from_slice::<ProblemBody>(&body).unwrap_or_else(|_| panic!("{path}: no problem")).code
}

on_every_engine! {
    async fn each_operation_asks_of_the_package_what_the_table_says_and_nothing_else(fair) {
        let callers = Callers::gather(fair).await;
        let targets = Targets::prepare(fair, &callers).await;
        let exhibitor = format!("/events/{}/exhibitors/{}", fair.site.event, callers.acme.id);
        let owner = &callers.named("the owner").api;
        let agree = async |terms: Value| owner.patch(&exhibitor, None, &terms).await.done(200);
        let (mut wrong, mut refused) = (Vec::new(), 0);
        for (method, template, name) in document() {
            let Some(Need::Space(capability)) = operations::need(&name) else { continue };
            let needed = capability.entitlements();
            let rest: Vec<_> = ALL.into_iter().filter(|one| !needed.contains(one)).collect();
            let ways = needed.iter().map(|one| vec![*one]).chain([rest.clone()]);
            for caller in ["an admin", "a phone"].map(|name| callers.named(name)) {
                if !caller.space.iter().any(|role| role.may(capability)) {
                    continue;
                }
                for left_out in ways.clone() {
                    // What the request is about is made while everything is there.
                    agree(json!({"terms": {}})).await;
                    let request = targets.ask(&name, caller).await;
                    agree(without(left_out.iter().copied())).await;
                    let path = request.path(&template);
                    let code = code(caller, &method, &path, request).await;
                    let is_due = left_out != rest;
                    refused += usize::from(is_due);
                    if (code == "not_in_package") != is_due {
                        wrong.push(format!("{} calls {name} ({method} {path}) without {left_out:?}: {code}", caller.name));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
        assert!(refused > 50, "only {refused} were to be refused");
    }
}
