//! What people at the fair do beside scanning and being scanned: profiles and packages, sessions,
//! meetings, the addresses they name, conversations, and the cases of the help desk.

use super::scenario::Scenario;
use super::seed::Stage;
use super::{DemoError, cases, diary, doors, letters, programme, showcase, wishes};
use crate::access::SystemScope;
use crate::app::App;

/// Plays all of it, after the scans: most of it happens to people whom a stand has met.
pub async fn play(whom: (&App, SystemScope), stage: &Stage, scenario: &Scenario) -> Result<(), DemoError> {
    showcase::present(whom, scenario, stage).await?;
    let announced = programme::announce(whom, scenario, stage).await?;
    doors::attend(whom, scenario, stage, &announced).await?;
    diary::arrange(whom, scenario, stage).await?;
    wishes::express(whom, scenario, stage).await?;
    letters::write(whom, scenario, stage).await?;
    cases::settle(whom.0, scenario, stage).await
}
