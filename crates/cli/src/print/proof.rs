//! Proofs, as a person reads them.

use fermata_console::wire::{LastProof, Proof, ProofHow};

use super::{sums, when};

/// Says what the last proof of a connection found.
pub(super) fn last_line(proof: &LastProof) -> String {
    let some = |count: u32, what: &str, became: &str| {
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {what}{plural} {became}"))
    };
    let found = if proof.holds {
        "both sides agreed".to_owned()
    } else {
        let found =
            [some(proof.unexplained, "record", "differed"), some(proof.failed, "stream", "not compared")];
        found.into_iter().flatten().collect::<Vec<_>>().join(", ")
    };
    format!("     last proof {}: {found}", when(proof.at))
}

/// Says what a proof found, stream by stream.
pub(super) fn lines(proof: &Proof) -> Vec<String> {
    let verdict = if proof.holds { "both sides agree" } else { "NOT PROVED" };
    let mut lines = vec![format!("Connection {}: {verdict}", proof.connection)];
    for stream in &proof.streams {
        let (here, there) = (&stream.here, &stream.there);
        let mark = if stream.holds { "=" } else { "!" };
        lines.push(format!(
            "  {mark} {:<16} here {:>8}  {}  {}",
            stream.stream.name(),
            here.records,
            sums(&here.sums),
            here.digest
        ));
        if !stream.holds {
            lines.push(format!(
                "    {:<16} there {:>7}  {}  {}",
                "",
                there.records,
                sums(&there.sums),
                there.digest
            ));
        }
        lines.extend(stream.problem.iter().map(|problem| format!("      not compared: {problem}")));
        for (count, why) in [
            (stream.unexplained, "differ for no known reason"),
            (stream.set_aside, "are set aside"),
            (stream.changed_meanwhile, "changed meanwhile"),
            (stream.not_yet_read, "changed since the last reading"),
        ] {
            if count > 0 {
                lines.push(format!("      {count} {why}"));
            }
        }
        lines.extend(stream.first.iter().map(|record| {
            let how = match record.how {
                ProofHow::MissingHere => "is missing here",
                ProofHow::GoneThere => "is gone there",
                ProofHow::Different => "differs",
            };
            let fields = if record.fields.is_empty() {
                String::new()
            } else {
                format!(": {}", record.fields.join(", "))
            };
            format!("      {} {how}{fields}", record.external_id)
        }));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_proof_is_told_in_a_line() {
        for (unexplained, failed, expect) in [
            (0, 0, "both sides agreed"),
            (1, 0, "1 record differed"),
            (0, 1, "1 stream not compared"),
            (12, 2, "12 records differed, 2 streams not compared"),
        ] {
            let at = "2026-11-22T09:30:00Z".parse().unwrap();
            let holds = unexplained == 0 && failed == 0;
            let line = last_line(&LastProof { at, holds, streams: 9, failed, unexplained });
            assert_eq!(line, format!("     last proof 2026-11-22 09:30:00Z: {expect}"));
        }
    }
}
