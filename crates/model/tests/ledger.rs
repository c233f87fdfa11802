use fermata_model::State;

#[test]
fn an_end_is_an_end() {
    for end in [State::Refused, State::Expired, State::Undone, State::Shadowed] {
        assert!(State::ALL.iter().all(|&next| !end.may_become(next)), "{end} leads nowhere");
        assert!(!end.is_unfinished());
    }
}

#[test]
fn nothing_is_sent_twice_without_proof() {
    assert!(!State::InDoubt.may_become(State::Sending), "doubt is settled before anything is sent again");
    assert!(!State::Confirmed.may_become(State::Sending));
    assert!(!State::Confirmed.may_become(State::Approved));
    assert!(!State::Held.may_become(State::Sending), "only an approval opens the way");
    assert!(!State::Proposed.may_become(State::Sending));
}
