//! The words of the request that is being answered, kept with the task that answers it: an answer that went
//! wrong is made where nobody hands anything on. Decision 20 says why.

use super::Words;

tokio::task_local! {
    static OF_REQUEST: Words;
}

impl Words {
    /// The words of the request that is being answered; English outside of one.
    pub fn of_request() -> Self {
        OF_REQUEST.try_with(|words| *words).unwrap_or_default()
    }

    /// Answers a request in these words.
    pub async fn said_within<F: Future>(self, answering: F) -> F::Output {
        OF_REQUEST.scope(self, answering).await
    }
}
