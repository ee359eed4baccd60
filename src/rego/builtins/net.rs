//! Networks as Go reads them: no zeros in front, and an IPv4 address within IPv6 is one of IPv4. Lists have bounds.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, text_of};

/// The most bits of a network that are expanded: 65,536 addresses.
const MAX_HOST_BITS: u32 = 16;

/// All addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    first: IpAddr,
    /// How many bits are left for the addresses.
    host_bits: u32,
}

pub(super) fn cidr_expand(arguments: &[Value]) -> Result<Value, Refusal> {
    let text = text_of(argument(arguments, 0)?)?;
    let (address, host_bits) = parse_parts(text).ok_or_else(Refusal::wrong_argument)?;
    if host_bits > MAX_HOST_BITS {
        return Err(Refusal::bound("a network of more than 65536 addresses"));
    }
    let first = masked(address, host_bits);
    let addresses = (0..1_u32 << host_bits).map(|offset| Value::from(plus(first, offset.into()).to_string()));
    Ok(addresses.collect::<BTreeSet<_>>().into())
}

pub(super) fn cidr_is_valid(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(Value::Bool(text_of(argument(arguments, 0)?).is_ok_and(|text| parse_parts(text).is_some())))
}

/// Whether a network holds an address, or all of another network.
pub(super) fn cidr_contains(arguments: &[Value]) -> Result<Value, Refusal> {
    let outer = parse(text_of(argument(arguments, 0)?)?).ok_or_else(Refusal::wrong_argument)?;
    let text = text_of(argument(arguments, 1)?)?;
    let inner = match text.parse::<IpAddr>() {
        Ok(address) => Network { first: address.to_canonical(), host_bits: 0 },
        Err(_) => parse(text).ok_or_else(Refusal::wrong_argument)?,
    };
    let is_same_family = outer.first.is_ipv4() == inner.first.is_ipv4();
    let is_within = inner.host_bits <= outer.host_bits && masked(inner.first, outer.host_bits) == outer.first;
    Ok(Value::Bool(is_same_family && is_within))
}

fn parse(text: &str) -> Option<Network> {
    let (address, host_bits) = parse_parts(text)?;
    Some(Network { first: masked(address, host_bits).to_canonical(), host_bits })
}

fn parse_parts(text: &str) -> Option<(IpAddr, u32)> {
    let (address, prefix) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let is_number = !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_digit());
    let bits = if address.is_ipv4() { 32_u32 } else { 128 };
    let prefix: u32 = prefix.parse().ok().filter(|_| is_number)?;
    Some((address, bits.checked_sub(prefix)?))
}

/// The first address of the network.
fn masked(address: IpAddr, host_bits: u32) -> IpAddr {
    let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
    match address {
        IpAddr::V4(address) => {
            let bits = u128::from(address.to_bits()) & mask;
            IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(bits).unwrap_or_default()))
        }
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask)),
    }
}

fn plus(address: IpAddr, offset: u128) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let offset = u32::try_from(offset).unwrap_or_default();
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits().wrapping_add(offset)))
        }
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits().wrapping_add(offset))),
    }
}
