use fermata_model::Stream;

#[test]
fn no_kind_of_record_is_shown_by_the_name_that_it_has_in_the_store() {
    for stream in Stream::ALL {
        let title = stream.title();
        assert!(!title.contains('_') && !title.is_empty(), "{title}");
    }
    assert_eq!(Stream::PriceLists.title(), "price lists");
    assert_eq!(Stream::Sends.title(), "e-mails");
}
