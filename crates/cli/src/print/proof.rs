//! Proofs, as a person reads them.

use fermata_console::wire::{LastProof, Proof, ProofHow};

use super::{sums, when};

/// Says what the last proof of a connection found.
pub(super) fn last_line(proof: &LastProof) -> String {
    let found = if proof.holds {
        "both sides agreed".to_owned()
    } else {
        format!("{} records differed, {} streams not compared", proof.unexplained, proof.failed)
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
