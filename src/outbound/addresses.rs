//! Which addresses may be reached: public ones, and those the operator opened.
//!
//! Names are resolved here as well, so that the address that was checked is the one that is connected to.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A range of addresses: `10.0.0.0/8`, `fd00::/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subnet(IpNet);

impl Subnet {
    /// `text` as a subnet, if it is one; an address alone is a subnet of one.
    pub fn parse(text: &str) -> Option<Self> {
        let alone = || text.parse::<IpAddr>().ok().map(IpNet::from);
        text.parse().ok().or_else(alone).map(Self)
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An address that must not be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the address is not public")]
pub(super) struct Blocked(pub(super) IpAddr);

/// A name that has no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name has no address")]
pub(super) struct Unresolved;

/// What may be reached.
#[derive(Debug)]
pub(super) struct Rules {
    /// What may be reached although it is not public.
    pub allow: Vec<Subnet>,
}

impl Rules {
    /// Whether `address` may be reached.
    pub(super) fn check(&self, address: IpAddr) -> Result<(), Blocked> {
        let allowed = self.allow.iter().any(|subnet| subnet.0.contains(&address));
        if allowed || is_public(address) { Ok(()) } else { Err(Blocked(address)) }
    }
}

impl Resolve for Rules {
    fn resolve(&self, name: Name) -> Resolving {
        let rules = Self { allow: self.allow.clone() };
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| Unresolved)?;
            let found: Vec<SocketAddr> = found.collect();
            if found.is_empty() {
                return Err(Unresolved.into());
            }
            // One bad address spoils the name: otherwise the choice between them would be the attacker's.
            found.iter().try_for_each(|address| rules.check(address.ip()))?;
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Ranges that are not global (IANA's registries of special-purpose addresses), and groups of receivers.
const NOT_PUBLIC_V4: [([u8; 4], u32); 15] = [
    ([0, 0, 0, 0], 8),       // this network
    ([10, 0, 0, 0], 8),      // private
    ([100, 64, 0, 0], 10),   // shared by carriers
    ([127, 0, 0, 0], 8),     // loopback
    ([169, 254, 0, 0], 16),  // link-local, where clouds keep their metadata
    ([172, 16, 0, 0], 12),   // private
    ([192, 0, 0, 0], 24),    // protocol assignments
    ([192, 0, 2, 0], 24),    // documentation
    ([192, 88, 99, 0], 24),  // relays of 6to4
    ([192, 168, 0, 0], 16),  // private
    ([198, 18, 0, 0], 15),   // benchmarks
    ([198, 51, 100, 0], 24), // documentation
    ([203, 0, 113, 0], 24),  // documentation
    ([224, 0, 0, 0], 4),     // multicast
    ([240, 0, 0, 0], 4),     // reserved
];

/// The only range from which global addresses are given out. What is outside needs no list: loopback, unique local,
/// link-local, multicast, and IPv4 in disguise (mapped, and translated under `64:ff9b::/96`).
const GIVEN_OUT_V6: ([u16; 2], u32) = ([0x2000, 0], 3);

/// What is not global inside it.
const NOT_PUBLIC_V6: [([u16; 2], u32); 4] = [
    ([0x2001, 0], 23),     // protocol assignments, Teredo among them
    ([0x2001, 0xdb8], 32), // documentation
    ([0x2002, 0], 16),     // 6to4: IPv4 in disguise
    ([0x3fff, 0], 20),     // documentation
];

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let within = |(net, prefix): ([u8; 4], u32)| {
                same_prefix(address.to_bits(), u32::from_be_bytes(net), prefix)
            };
            !NOT_PUBLIC_V4.into_iter().any(within)
        }
        IpAddr::V6(address) => {
            let [first, second, ..] = address.segments();
            let top = |[first, second]: [u16; 2]| (u32::from(first) << 16) | u32::from(second);
            let within = |(net, prefix): ([u16; 2], u32)| same_prefix(top([first, second]), top(net), prefix);
            within(GIVEN_OUT_V6) && !NOT_PUBLIC_V6.into_iter().any(within)
        }
    }
}

/// Whether the first `prefix` bits agree.
const fn same_prefix(one: u32, other: u32, prefix: u32) -> bool {
    (one ^ other).leading_zeros() >= prefix
}

#[cfg(test)]
mod tests {
    use super::{Rules, Subnet};

    #[track_caller]
    fn check(address: &str, expected: bool) {
        let allow =
            ["10.1.2.0/24", "fd00::/16", "::ffff:10.9.9.9"].map(|text| Subnet::parse(text).unwrap()).to_vec();
        let checked = Rules { allow }.check(address.parse().unwrap());
        assert_eq!(checked.is_ok(), expected, "{address}");
    }

    #[test]
    fn public_and_opened_addresses_may_be_reached() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:200::",
            "2001:db7:ffff::",
            "2003::",
            "10.1.2.255",
            "fd00::1",
            "::ffff:10.9.9.9",
        ] {
            check(address, true);
        }
    }

    #[test]
    fn all_other_addresses_may_not() {
        for address in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.0",
            "10.1.3.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.0",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.0",
            "192.168.255.255",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.0",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:1.1.1.1",
            "::ffff:10.1.2.3",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:1ff::",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "3fff:fff::",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd01::1",
            "fdff::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
        ] {
            check(address, false);
        }
    }

    #[test]
    fn a_subnet_has_one_spelling() {
        for (text, shown) in
            [("10.0.0.0/8", "10.0.0.0/8"), ("127.0.0.1", "127.0.0.1/32"), ("fd00::/8", "fd00::/8")]
        {
            assert_eq!(Subnet::parse(text).unwrap().to_string(), shown);
        }
        for text in ["", "10.0.0.0/33", "localhost", "10.0.0/8", "10.0.0.0/", "*"] {
            assert_eq!(Subnet::parse(text), None, "{text}");
        }
    }
}
