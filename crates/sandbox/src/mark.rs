//! One number out of many bytes, for stamps, ids and keys that must come out the same every time.

/// Mixes parts into a number (FNV-1a); the same parts always give the same, and `["ab", "c"]`
/// another than `["a", "bc"]`.
pub(crate) fn mark<P: AsRef<[u8]>>(start: u64, parts: impl IntoIterator<Item = P>) -> u64 {
    let step = |mark: u64, byte: u8| (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    parts.into_iter().fold(start ^ 0xCBF2_9CE4_8422_2325, |mark, part| {
        step(part.as_ref().iter().fold(mark, |mark, byte| step(mark, *byte)), 0)
    })
}
