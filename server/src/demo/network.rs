//! The halls' network, for those who want to see what happens without it: a hall can be taken off
//! the network, and a phone that lost it can be told that it is back.

use mobile_core::ids::DeviceId;
use std::collections::BTreeSet;
use tokio::sync::watch;

/// Where there is network and where not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    dark: BTreeSet<String>,
    found: BTreeSet<DeviceId>,
}

impl Coverage {
    /// Whether a phone in a hall reaches the server, as far as the hall goes.
    pub fn reaches(&self, hall: &str) -> bool {
        !self.dark.contains(hall)
    }

    /// Whether a phone that had lost the network was told that it is back.
    pub fn is_found(&self, device: DeviceId) -> bool {
        self.found.contains(&device)
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

    /// Lets one phone find the network again.
    pub fn find(&self, device: DeviceId) {
        self.0.send_modify(|coverage| {
            coverage.found.insert(device);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hall_goes_off_the_network_and_comes_back() {
        let network = Network::default();
        assert!(network.toggle("2"));
        assert!(!network.coverage().reaches("2") && network.coverage().reaches("1"));
        assert!(!network.toggle("2"));
        assert!(network.coverage().reaches("2"));
    }
}
