//! The halls' network, for those who want to see what happens without it: a hall can be taken off
//! the network, and so can one phone, until it is told that the network is back.

use mobile_core::ids::DeviceId;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::watch;
use tokio::time::Instant;

/// What a phone has whatever its hall has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signal {
    /// None until then.
    LostUntil(Instant),
    /// One of its own.
    Found,
}

/// Where there is network and where not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    dark: BTreeSet<String>,
    phones: BTreeMap<DeviceId, Signal>,
}

impl Coverage {
    /// Whether a phone in a hall reaches the server, as far as the hall goes.
    pub fn reaches(&self, hall: &str) -> bool {
        !self.dark.contains(hall)
    }

    /// Whether a phone was told that the network is back, for it alone.
    pub fn is_found(&self, device: DeviceId) -> bool {
        self.phones.get(&device) == Some(&Signal::Found)
    }

    /// Whether a phone is without network on its own account.
    pub fn is_lost(&self, device: DeviceId) -> bool {
        matches!(self.phones.get(&device), Some(Signal::LostUntil(until)) if Instant::now() < *until)
    }

    /// The halls without network.
    pub fn dark(&self) -> impl Iterator<Item = &str> {
        self.dark.iter().map(String::as_str)
    }
}

/// The switch.
#[derive(Debug, Default)]
pub struct Network(watch::Sender<Coverage>);

impl Network {
    /// Follows the switch.
    pub fn follow(&self) -> watch::Receiver<Coverage> {
        self.0.subscribe()
    }

    /// The state now.
    pub fn coverage(&self) -> Coverage {
        self.0.borrow().clone()
    }

    /// Takes a hall off the network, or brings it back; gives whether it is off now.
    pub fn toggle(&self, hall: &str) -> bool {
        let mut is_dark = false;
        self.0.send_modify(|coverage| {
            is_dark = !coverage.dark.remove(hall);
            if is_dark {
                coverage.dark.insert(hall.to_owned());
            }
        });
        is_dark
    }

    /// Takes one phone off the network for a while.
    pub fn lose(&self, device: DeviceId, until: Instant) {
        self.0.send_modify(|coverage| {
            coverage.phones.insert(device, Signal::LostUntil(until));
        });
    }

    /// Lets one phone find the network again, wherever it is.
    pub fn find(&self, device: DeviceId) {
        self.0.send_modify(|coverage| {
            coverage.phones.insert(device, Signal::Found);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use uuid::Uuid;

    #[test]
    fn a_hall_goes_off_the_network_and_comes_back() {
        let network = Network::default();
        assert!(network.toggle("2"));
        assert!(!network.coverage().reaches("2") && network.coverage().reaches("1"));
        assert!(!network.toggle("2"));
        assert!(network.coverage().reaches("2"));
    }

    #[test]
    fn a_phone_loses_the_network_for_a_while_or_until_it_is_told() {
        let (network, phone) = (Network::default(), DeviceId(Uuid::from_u128(1)));
        let state = || (network.coverage().is_lost(phone), network.coverage().is_found(phone));
        assert_eq!(state(), (false, false));
        network.lose(phone, Instant::now() + Duration::from_hours(1));
        assert_eq!(state(), (true, false));
        network.find(phone);
        assert_eq!(state(), (false, true));
        network.lose(phone, Instant::now());
        assert_eq!(state(), (false, false), "the while is over");
    }
}
