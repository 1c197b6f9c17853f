//! The address at which phones in the same network reach this machine.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

/// The address of the interface that leads out of this machine; `None` without a network.
///
/// Connecting a datagram socket only asks the routing table: nothing is sent. The address asked
/// for is one that documentation uses (RFC 5737).
pub fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified() && !address.is_loopback()).then_some(address)
}
