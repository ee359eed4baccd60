//! Networks: lists of addresses have bounds.

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, delegate, text_of};

/// The most bits of a network that are expanded: 65,536 addresses.
const MAX_HOST_BITS: u32 = 16;

pub(super) fn cidr_expand(arguments: &[Value]) -> Result<Value, Refusal> {
    let network = text_of(argument(arguments, 0)?)?;
    let bits = if network.contains(':') { 128_u32 } else { 32 };
    let prefix = network.rsplit('/').next().and_then(|prefix| prefix.parse().ok()).unwrap_or(bits);
    if bits.saturating_sub(prefix) > MAX_HOST_BITS {
        return Err(Refusal::new("a network of more than 65536 addresses"));
    }
    delegate("net.cidr_expand", arguments)
}
