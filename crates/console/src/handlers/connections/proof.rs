//! The proof that both sides of a connection agree.

use fermata_store::proved::{self, Proved};
use fermata_store::{Durability, Writer};
use fermata_sync::prove;

use crate::Problem;
use crate::console::{Console, blocking};
use crate::door::Caller;
use crate::wire::{ConnectionRef, Proof, ProofDifference, ProofHow, ProofSide, StreamProof};

impl Console {
    pub(crate) async fn connections_prove(
        &self,
        _: &Caller,
        request: ConnectionRef,
    ) -> Result<Proof, Problem> {
        let proof = self.sync.prove(request.id).await?;
        let kept = Proved {
            at: proof.ended_at,
            streams: count(proof.streams.len() as u64),
            failed: count(proof.streams.iter().filter(|stream| stream.problem.is_some()).count() as u64),
            unexplained: count(proof.streams.iter().map(|stream| stream.unexplained).sum()),
        };
        let store = self.store.clone();
        blocking(move || {
            Ok(store
                .write(Durability::Full, Writer::System("prove"), |tx| proved::set(tx, request.id, &kept))?)
        })
        .await?;
        Ok(Proof {
            connection: proof.connection,
            began_at: proof.began_at,
            ended_at: proof.ended_at,
            holds: proof.holds(),
            streams: proof.streams.into_iter().map(stream).collect(),
        })
    }
}

fn stream(proof: prove::StreamProof) -> StreamProof {
    StreamProof {
        stream: proof.stream,
        holds: proof.holds(),
        here: side(proof.here),
        there: side(proof.there),
        unexplained: count(proof.unexplained),
        first: proof.first.into_iter().map(difference).collect(),
        set_aside: count(proof.explained.set_aside),
        changed_meanwhile: count(proof.explained.changed_meanwhile),
        not_yet_read: count(proof.explained.not_yet_read),
        problem: proof.problem,
    }
}

fn side(side: prove::Side) -> ProofSide {
    ProofSide { records: count(side.records), digest: side.digest(), sums: side.sums }
}

fn difference(difference: prove::Difference) -> ProofDifference {
    let how = match difference.how {
        prove::How::MissingHere => ProofHow::MissingHere,
        prove::How::GoneThere => ProofHow::GoneThere,
        prove::How::Different => ProofHow::Different,
    };
    ProofDifference { external_id: difference.external_id, how, fields: difference.fields }
}

fn count(records: u64) -> u32 {
    u32::try_from(records).unwrap_or(u32::MAX)
}
